import Basics
import Testing

@testable import Simulation

/// A live exchange behind the sessions of a simulated PBX.
struct LiveSessionTests {
    private static var configuration: PBXConfiguration {
        var configuration = patient()
        configuration.live = LiveWatch.calm
        configuration.users = [
            PBXUser(read: [.system, .call, .agent], write: [.call, .originate, .agent]),
            PBXUser(name: "reader", read: .call, write: []),
        ]
        return configuration
    }

    private static func answer(_ client: PBXTestClient, _ lines: String...) throws -> PBXTestClient.Stanza {
        try client.send((lines + ["ActionID: t-1"]).joined(separator: "\r\n") + "\r\n\r\n")
        while let stanza = client.stanza() { if stanza.first?.name == "Response" { return stanza } }
        return []
    }

    @Test func `an action is answered before the events that it causes, which all clients get`() async throws {
        let (names, seen) = try await withPBX(Self.configuration) { pbx in
            let (client, other) = (try PBXTestClient(port: pbx.port), try PBXTestClient(port: pbx.port))
            try client.logIn()
            try other.logIn("reader")
            try client.act(
                "Action: Originate",
                "ActionID: o-1",
                "Channel: PJSIP/1001",
                "Context: from-internal",
                "Exten: 1002",
                "Async: true",
                "ChannelId: ac-1"
            )
            var names: [String] = []
            while names.last != "DialBegin", let stanza = client.stanza() {
                names.append(stanza["Response"] + stanza["Event"])
            }
            var seen: [String] = []
            while seen.last != "DialBegin", let stanza = other.stanza() { seen.append(stanza["Event"]) }
            return (names, seen)
        }
        #expect(names == ["FullyBooted", "Success", "Newchannel", "DialBegin"])
        #expect(seen == ["Newchannel", "DialBegin"])
    }

    @Test func `calls go on by themselves while they are played`() async throws {
        var configuration = Self.configuration
        configuration.live?.callsPerMinute = 6000
        let joined = try await withPBX(configuration, meanwhile: { _ = try await $0.play() }) { pbx in
            let client = try PBXTestClient(port: pbx.port)
            try client.logIn()
            while let stanza = client.stanza() { if stanza["Event"] == "QueueCallerJoin" { return true } }
            return false
        }
        #expect(joined)
    }

    @Test func `a user without the right is refused, and one with it sees how many channels there are`() async throws {
        var configuration = Self.configuration
        configuration.users[0].write = .all
        let (denied, unknown, calls) = try await withPBX(configuration) { pbx in
            let (client, other) = (try PBXTestClient(port: pbx.port), try PBXTestClient(port: pbx.port))
            try client.logIn()
            try other.logIn("reader")
            let denied = try Self.answer(other, "Action: Hangup", "Channel: x")
            let unknown = try Self.answer(client, "Action: Nonsense")
            _ = try Self.answer(
                client,
                "Action: Originate",
                "Channel: PJSIP/1001",
                "Context: from-internal",
                "Exten: 1002"
            )
            return (
                denied["Message"], unknown["Message"], try Self.answer(client, "Action: CoreStatus")["CoreCurrentCalls"]
            )
        }
        #expect(denied == "Permission denied")
        #expect(unknown.hasPrefix("Invalid/unknown command: Nonsense"))
        #expect(calls == "1")
    }

    @Test func `after a restart there is no call, and the uptime is new`() async throws {
        let (before, after, uptime) = try await withPBX(Self.configuration) { pbx in
            let client = try PBXTestClient(port: pbx.port)
            try client.logIn()
            _ = try Self.answer(
                client,
                "Action: Originate",
                "Channel: PJSIP/1001",
                "Context: from-internal",
                "Exten: 1002"
            )
            let before = pbx.channels
            pbx.inject(.restart(away: .milliseconds(20)))
            client.readToEnd()
            waitUntil { pbx.statistics.restarts > 0 }
            let next = try PBXTestClient(port: pbx.port)
            try next.logIn()
            return (before, pbx.channels, next.stanza()?["Uptime"] ?? "")
        }
        #expect(before == 1)
        #expect(after == 0)
        #expect(uptime == "0")
    }

    @Test func `a fault of an action is set over AMI`() async throws {
        let (set, refused, done) = try await withPBX(Self.configuration) { pbx in
            let client = try PBXTestClient(port: pbx.port)
            try client.logIn()
            let set = try Self.answer(client, "Action: Simulate", "Fault: refuse-action QueuePause")
            let lines = "Action: QueuePause\r\nInterface: PJSIP/1001\r\nPaused: true"
            let refused = try Self.answer(client, lines)
            _ = try Self.answer(client, "Action: Simulate", "Fault: late-action QueuePause 1")
            return (set["Message"], refused["Response"], try Self.answer(client, lines)["Message"])
        }
        #expect(set == "Fault set: refuse-action queuepause")
        #expect(refused == "Error")
        #expect(done == "Interface paused successfully")
    }
}
