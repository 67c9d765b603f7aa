import Basics
import TestSupport
import Testing

@testable import Simulation

@Suite struct PBXFaultTests {
    /// The lines of an emission log.
    private func entries(_ path: String) throws -> [JSONValue] {
        try FileContents.read(path, limit: 64 << 20).split(separator: ASCII.newline).map { try JSONParser.parse($0) }
    }

    /// What tells a record of a stream from others.
    private func identity(_ event: PBXTestClient.Stanza) -> String {
        event["Event"] == "Cdr"
            ? "cdr \(event["UniqueID"]) \(event["Sequence"])"
            : "cel \(event["UniqueID"]) \(event["EventName"]) \(event["Timestamp"])"
    }

    private func identity(_ entry: JSONValue) -> String {
        let id = entry["uniqueid"]?.string ?? ""
        return entry["kind"]?.string == "cdr"
            ? "cdr \(id) \(entry["sequence"]?.integer ?? -1)"
            : "cel \(id) \(entry["eventname"]?.string ?? "") \(entry["timestamp"]?.string ?? "")"
    }

    /// A log in a directory of its own, and a configuration that writes it.
    private func logged(_ faults: [PBXFault] = []) -> (TemporaryDirectory, PBXConfiguration) {
        let directory = TemporaryDirectory()
        var configuration = patient()
        configuration.emissionLogPath = directory.file("emission.jsonl")
        configuration.faults = faults
        return (directory, configuration)
    }

    /// The records that arrived whole, and the bytes behind the last of them.
    private func arrived(_ bytes: [UInt8]) -> (records: [String], rest: String) {
        let blank = Array("\r\n\r\n".utf8)
        var end = bytes.count
        while end > 0, !bytes[..<end].suffix(4).elementsEqual(blank) { end -= 1 }
        let whole = stanzas(Array(bytes[..<end]))
        let records = whole.filter { ["Cdr", "CEL"].contains($0["Event"]) }.map(identity)
        return (records, bytes[end...].text)
    }

    @Test(arguments: [40, 1000, 4321, 20_000])
    func `a session is cut at the byte, and the log knows what was written`(bytes: Int) async throws {
        let (directory, configuration) = logged([.cut(afterBytes: bytes)])
        let received = try await withPBX(configuration, meanwhile: { try await playUntilCut($0) }) { pbx in
            let client = try PBXTestClient(port: pbx.port, readsGreeting: false)
            try client.act("Action: Login", "Username: connector", "Secret: secret")
            client.readToEnd()
            return client.received
        }
        #expect(received.count == bytes)
        let log = try entries(directory.file("emission.jsonl"))
        let (records, rest) = arrived(received)
        #expect(log.filter { $0["fate"]?.string == "written" }.map(identity) == records)
        let cut = log.filter { $0["fate"]?.string == "cut" }
        #expect(cut.count <= 1)
        if rest.hasPrefix("Event: C") && rest.contains("\r\nUniqueID: ") {
            #expect(cut.first?["uniqueid"]?.string.map { rest.contains("UniqueID: \($0)") } == true)
        }
    }

    @Test(arguments: [.cut(afterBytes: .max), .cutInFrame(afterFrames: .max)] as [PBXFault])
    func `a cut that is never reached changes nothing`(fault: PBXFault) async throws {
        var configuration = patient()
        configuration.faults = [fault]
        let events = try await withPBX(configuration, meanwhile: { try await play($0, calls: 5) }) { pbx in
            let client = try PBXTestClient(port: pbx.port)
            try client.logIn()
            return client.stanzas()
        }
        #expect(events.count { $0["Event"] == "Cdr" } >= 5)
    }

    @Test(arguments: [0, 7, 200])
    func `a session is cut in the middle of the frame asked for`(frames: Int) async throws {
        let (directory, configuration) = logged([.cutInFrame(afterFrames: frames)])
        let (received, statistics) = try await withPBX(configuration, meanwhile: { try await playUntilCut($0) }) {
            pbx in
            let client = try PBXTestClient(port: pbx.port)
            try client.logIn()
            let head = client.received.count
            client.readToEnd()
            return (Array(client.received[head...]), pbx.statistics)
        }
        #expect(stanzas(received).count == frames)
        let (records, rest) = arrived(received)
        #expect(!rest.isEmpty)
        let log = try entries(directory.file("emission.jsonl"))
        #expect(log.filter { $0["fate"]?.string == "written" }.map(identity) == records)
        #expect(log.count { $0["fate"]?.string == "cut" } == (rest.hasPrefix("Event: C") ? 1 : 0))
        #expect(statistics.sent.total <= frames)
    }

    @Test func `a stalled session sends nothing and then everything`() async throws {
        let (time, events, sent) = try await withPBX(meanwhile: { try await play($0, calls: 5) }) { pbx in
            pbx.inject(.stall(.milliseconds(300)))
            let begin = ContinuousClock.now
            let client = try PBXTestClient(port: pbx.port)
            let time = ContinuousClock.now - begin
            try client.logIn()
            return (time, client.stanzas(), pbx.statistics.sent.total)
        }
        #expect(time >= .milliseconds(300))
        #expect(events.count == sent && sent > 50)
    }

    @Test func `logins can be refused and allowed again from outside`() async throws {
        var configuration = patient()
        configuration.loginFailureDelay = .zero
        let answers = try await withPBX(configuration) { pbx in
            let control = try PBXTestClient(port: pbx.port)
            try control.act("Action: Simulate", "Fault: refuse-logins")
            var answers = [control.stanza()?["Message"] ?? ""]
            answers.append(try PBXTestClient(port: pbx.port).logIn())
            try control.act("Action: Simulate", "Fault: none")
            answers.append(control.stanza()?["Response"] ?? "")
            answers.append(try PBXTestClient(port: pbx.port).logIn())
            try control.act("Action: Simulate", "Fault: nonsense")
            answers.append(control.stanza()?["Response"] ?? "")
            try control.act("Action: Simulate")
            let statistics = try JSONParser.parse(control.stanza()?["Statistics"] ?? "")
            answers.append("\(statistics["refused_logins"]?.integer ?? -1)")
            return answers
        }
        #expect(answers == ["Fault set: refuse-logins", "Error", "Success", "Success", "Error", "1"])
    }

    @Test func `a refused challenge leaves the plain login`() async throws {
        var configuration = patient()
        configuration.faults = [.refuseChallenge]
        let (challenge, login) = try await withPBX(configuration) { pbx in
            let client = try PBXTestClient(port: pbx.port)
            try client.act("Action: Challenge", "AuthType: MD5")
            return (client.stanza()?["Response"], try client.logIn())
        }
        #expect(challenge == "Error")
        #expect(login == "Success")
    }

    @Test func `silence says nothing, keeps the connection and leaves records unsent`() async throws {
        let log = try await withPBX(
            meanwhile: { pbx in
                await until { pbx.sessions > 0 }
                pbx.inject(.silence)
                try await pbx.play(calls: 5)
            },
            client: { pbx in
                let client = try PBXTestClient(port: pbx.port)
                try client.logIn()
                waitUntil { pbx.log.cdrs.generated >= 5 }
                try client.act("Action: Ping")
                let later = try PBXTestClient(port: pbx.port, readsGreeting: false)
                #expect(later.line(timeout: .milliseconds(50)) == nil && !later.isAtEnd)
                #expect(client.line(timeout: .milliseconds(50)) == nil && !client.isAtEnd)
                try later.act("Action: Simulate", "Fault: none")
                #expect(later.stanza()?["Response"] == "Success")
                #expect(try PBXTestClient(port: pbx.port).logIn() == "Success")
                return pbx.log
            }
        )
        #expect(log.cdrs.unsent >= 5 && log.cdrs.written == 0 && log.cdrs.absent == 0)
    }

    @Test func `a restart says so, closes, and begins with new counters`() async throws {
        var configuration = patient()
        configuration.users = [PBXUser(read: .all)]
        let (last, first) = try await withPBX(
            configuration,
            meanwhile: { pbx in
                await until { pbx.sessions > 0 }
                try await pbx.play(calls: 3)
                pbx.inject(.restart(away: .milliseconds(20)))
                await until { pbx.statistics.restarts > 0 && pbx.sessions > 0 }
                try await pbx.play(calls: 1)
                await pbx.stop()
            },
            client: { pbx in
                let client = try PBXTestClient(port: pbx.port)
                try client.logIn()
                let last = client.stanzas().last ?? []
                var again = client
                waitUntil {
                    guard let next = try? PBXTestClient(port: pbx.port) else { return false }
                    again = next
                    return (try? again.logIn()) == "Success"
                }
                return (last, again.stanzas().first { $0["EventName"] == "CHAN_START" } ?? [])
            }
        )
        #expect(last["Event"] == "Shutdown" && last["Restart"] == "True")
        #expect(first["UniqueID"].hasSuffix(".0"))
    }

    @Test func `lines can end with a line feed alone`() async throws {
        var configuration = patient()
        configuration.faults = [.lineFeedsOnly]
        let received = try await withPBX(configuration, meanwhile: { try await play($0, calls: 3) }) { pbx in
            let client = try PBXTestClient(port: pbx.port)
            try client.logIn()
            client.readToEnd()
            return (client.received, pbx.statistics.sent.total)
        }
        #expect(!received.0.contains(ASCII.carriageReturn))
        #expect(stanzas(received.0).count == received.1 + 1)
    }

    @Test func `a Cdr can lose its blank line as by overflowing mappings`() async throws {
        var configuration = patient()
        configuration.faults = [.loseBlankLine(events: 1)]
        let (events, sent) = try await withPBX(configuration, meanwhile: { try await play($0, calls: 10) }) { pbx in
            let client = try PBXTestClient(port: pbx.port)
            try client.logIn()
            return (client.stanzas(), pbx.statistics.sent.total)
        }
        #expect(events.count == sent - 1)
        let glued = events.filter { event in event.count { $0.name == "Event" } == 2 }
        let lost = try #require(glued.first)
        #expect(glued.count == 1 && lost["Event"] == "Cdr")
        let field = try #require(lost.firstIndex { $0.name == "UserField" })
        let next = try #require(lost.lastIndex { $0.name == "Event" })
        let mapped = lost[(field + 1)..<next].reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
        #expect(mapped - 2 == 1023)
    }

    @Test func `a client that does not read is dropped, and the log says in which frame`() async throws {
        let (directory, configured) = logged()
        var configuration = configured
        configuration.sendBufferSize = 4096
        configuration.writeTimeout = .milliseconds(100)
        configuration.seed = 9
        let (received, statistics) = try await withPBX(configuration, meanwhile: { try await playUntilCut($0) }) {
            pbx in
            let client = try PBXTestClient(port: pbx.port)
            try client.logIn()
            waitUntil { pbx.statistics.slowReaders > 0 }
            client.readToEnd()
            return (client.received, pbx.statistics)
        }
        let log = try entries(directory.file("emission.jsonl"))
        let (records, rest) = arrived(received)
        #expect(log.filter { $0["fate"]?.string == "written" }.map(identity) == records)
        #expect(log.count { $0["fate"]?.string == "cut" } == (rest.hasPrefix("Event: C") ? 1 : 0))
        #expect(log.contains { $0["fate"]?.string == "unsent" } || log.contains { $0["fate"]?.string == "absent" })
        #expect(statistics.slowReaders == 1 && statistics.blockedSends > 0)
        #expect(statistics.longestBlock >= .milliseconds(100) && statistics.totalBlock >= statistics.longestBlock)
    }
}

/// Plays until the only session is gone.
private func playUntilCut(_ pbx: SimulatedPBX) async throws {
    await until { pbx.sessions > 0 || pbx.statistics.cuts > 0 }
    while pbx.sessions > 0 { try await pbx.play(calls: 20) }
    await pbx.stop()
}
