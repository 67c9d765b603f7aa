import AMI
import Basics
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SubscriptionTests {
    private func client(
        _ manager: ScriptedManager,
        _ instruments: AMIClient.Instruments = .unregistered()
    ) -> AMIClient {
        var configuration = AMIClient.Configuration(
            host: "127.0.0.1",
            port: manager.port,
            credentials: .init(username: "manager", password: Secret("s3cret"))
        )
        configuration.backoff = Backoff(base: .milliseconds(1), cap: .milliseconds(5))
        configuration.handover.window = .milliseconds(1)
        return AMIClient(configuration, instruments: instruments, log: Logger("test", sink: LogSink { _ in }))
    }

    private static func event(_ number: Int, _ name: String = "CEL") -> String {
        "Event: \(name)\r\nPrivilege: call,all\r\nN: \(number)\r\n\r\n"
    }

    /// An answer that repeats what identifies the action.
    private static func success(_ action: [String]) -> String {
        let headers = action.filter { $0.hasPrefix("ActionID: ") || $0.hasPrefix("N: ") }
        return "Response: Success\r\n\(headers.joined(separator: "\r\n"))\r\n\r\n"
    }

    /// The deliveries of a ring, as words, until `last` or the end of the ring.
    private func journal(_ ring: EventRing, until last: String? = nil) async -> [String] {
        var journal: [String] = []
        while journal.isEmpty || journal.last != last, let delivery = await ring.next() {
            switch delivery {
            case .gap(let gap): journal.append(gap.cause.rawValue)
            case .events(let batch): for index in 0..<batch.count { journal.append(batch[index]["N"]?.text ?? "") }
            }
        }
        return journal
    }

    @Test func `each subscriber gets the events that it asked for, in their order`() async throws {
        let manager = try ScriptedManager { peer in
            let events = [(1, "Cdr"), (2, "Hangup"), (3, "cel"), (4, "Newchannel"), (5, "CEL"), (6, "Shutdown")]
            try peer.acceptLogin(coalescing: events.map(Self.event).joined())
            try peer.idle()
        }
        let instruments = AMIClient.Instruments.unregistered()
        let client = client(manager, instruments)
        let records = client.subscribe(events: ["Cdr", "CEL"])
        let calls = client.subscribe(events: ["Hangup", "CEL", "Newchannel"])
        let running = Task { try await client.run() }
        #expect(await journal(records, until: "5") == ["1", "3", "5"])
        #expect(await journal(calls, until: "5") == ["2", "3", "4", "5"])
        running.cancel()
        _ = await running.result
        #expect(await journal(records) + journal(calls) == [])
        #expect(instruments.deliveredEvents.value == 7, "an event counts once for each subscriber")
        #expect(instruments.ignoredEvents.value == 1, "nobody asked for it")
    }

    @Test func `a subscriber without names gets all events`() async throws {
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin(coalescing: Self.event(1, "Cdr") + Self.event(2, "Whatever") + Self.event(3))
            try peer.idle()
        }
        let client = client(manager)
        let ring = client.subscribe(events: nil)
        let running = Task { try await client.run() }
        #expect(await journal(ring, until: "3") == ["1", "2", "3"])
        running.cancel()
    }

    @Test func `a subscriber that stalls loses events of its own, and no other does`() async throws {
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin(coalescing: (0..<5000).map { Self.event($0) }.joined())
            try peer.idle()
        }
        let instruments = AMIClient.Instruments.unregistered()
        let client = client(manager, instruments)
        let stalled = client.subscribe(events: ["CEL"], capacity: 20_000)
        let prompt = client.subscribe(events: ["CEL"])
        let running = Task { try await client.run() }
        #expect(await journal(prompt, until: "4999") == (0..<5000).map { "\($0)" })
        let lost = instruments.lostEvents.value
        #expect(client.gapsUnderWay.map(\.events) == [lost], "it goes on, for one of them")
        running.cancel()
        _ = await running.result
        #expect(await journal(prompt).isEmpty)
        let found = await journal(stalled)
        #expect(found.last == "overflow")
        #expect(found.dropLast() == (0..<5000 - lost).map { "\($0)" }[...])
        #expect(lost > 0 && lost < 5000)
    }

    @Test func `a lost connection is a gap for every subscriber, at its place`() async throws {
        let manager = try ScriptedManager([
            { peer in try peer.acceptLogin(coalescing: Self.event(0) + Self.event(1, "Hangup")) },
            { peer in
                try peer.acceptLogin(coalescing: Self.event(2) + Self.event(3, "Hangup"))
                try peer.idle()
            },
        ])
        let client = client(manager)
        let rings = [["CEL"], ["Hangup"], ["Newchannel"]].map { client.subscribe(events: $0) }
        let running = Task { try await client.run() }
        #expect(await journal(rings[0], until: "2") == ["0", "disconnected", "2"])
        #expect(await journal(rings[1], until: "3") == ["1", "disconnected", "3"])
        running.cancel()
        #expect(await journal(rings[2]) == ["disconnected"])
    }

    @Test func `a message over the limit could have been for anybody`() async throws {
        let manager = try ScriptedManager { peer in
            let large = "Event: CEL\r\nX: \(String(repeating: "x", count: 1 << 20))\r\n\r\n"
            try peer.acceptLogin(coalescing: Self.event(0) + large + Self.event(1, "Hangup") + Self.event(2))
            try peer.idle()
        }
        let client = client(manager)
        let rings = [["CEL"], ["Hangup"]].map { client.subscribe(events: $0) }
        let running = Task { try await client.run() }
        #expect(await journal(rings[0], until: "2") == ["0", "oversized", "2"])
        #expect(await journal(rings[1], until: "1") == ["oversized", "1"])
        running.cancel()
    }

    @Test(arguments: [
        ([], "off"), ([["cdr", "call"]], "cdr,call"), ([["cdr"], ["agent", "cdr"], ["call"]], "cdr,agent,call"),
    ])
    func `a login asks for the classes of all subscribers`(classes: [[String]], mask: String) async throws {
        let login = Lock<[String]>([])
        let isThere = WakeSignal()
        let manager = try ScriptedManager { peer in
            try peer.send("Asterisk Call Manager/11.0.0\r\n")
            _ = try peer.action()
            try peer.send("Response: Success\r\nChallenge: 1\r\n\r\n")
            let action = try peer.action()
            login.withLock { $0 = action }
            isThere.ring()
        }
        let client = client(manager)
        let rings = classes.map { client.subscribe(events: nil, classes: $0) }
        let running = Task { try await client.run() }
        await isThere.wait()
        running.cancel()
        #expect(login.withLock { $0 }.contains("Events: \(mask)"))
        for ring in rings { #expect(await journal(ring).isEmpty) }
    }

    @Test func `who unsubscribes gets the end, and the others go on`() async throws {
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin(coalescing: Self.event(1) + Self.event(2, "Hangup"))
            try peer.send(Self.success(try peer.action()) + Self.event(3) + Self.event(4, "Hangup") + Self.event(5))
            try peer.idle()
        }
        let instruments = AMIClient.Instruments.unregistered()
        let client = client(manager, instruments)
        let staying = client.subscribe(events: ["CEL"])
        let leaving = client.subscribe(events: ["Hangup"])
        let running = Task { try await client.run() }
        #expect(await journal(leaving, until: "2") == ["2"])
        client.unsubscribe(leaving)
        _ = try await client.send(try AMIAction("Go"))
        #expect(await journal(staying, until: "5") == ["1", "3", "5"])
        #expect(await journal(leaving).isEmpty)
        #expect(instruments.ignoredEvents.value == 1)
        running.cancel()
    }

    @Test func `a subscription counts before the action that is sent after it`() async throws {
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin(coalescing: Self.event(1))
            while true {
                let action = try peer.action()
                try peer.send(Self.event(2, "Hangup") + Self.success(action))
            }
        }
        let client = client(manager)
        let first = client.subscribe(events: ["CEL"])
        let running = Task { try await client.run() }
        #expect(await journal(first, until: "1") == ["1"])
        let second = client.subscribe(events: ["Hangup"])
        _ = try await client.send(try AMIAction("Go"))
        #expect(await journal(second, until: "2") == ["2"])
        running.cancel()
        _ = await running.result
        #expect(await journal(client.subscribe(events: nil)).isEmpty, "nothing comes after a stop")
    }

    @Test func `actions of many callers are answered each to its own, in any order`() async throws {
        let count = 20
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin()
            var answers: [String] = []
            for _ in 0..<count { answers.append(Self.success(try peer.action())) }
            try peer.send(answers.reversed().joined())
            try peer.idle()
        }
        let client = client(manager)
        let ring = client.subscribe(events: nil)
        let running = Task { try await client.run() }
        while !client.status.isOnline { await Task.yield() }
        let right = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<count {
                group.addTask {
                    let reply = try await client.send(try AMIAction("Go", [("N", "\(number)")]))
                    return reply.response["N"]?.integer == number
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(right == count)
        running.cancel()
        #expect(await journal(ring).isEmpty)
    }
}
