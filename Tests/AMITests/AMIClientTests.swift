import AMI
import Basics
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct AMIClientTests {
    private func client(
        _ manager: ScriptedManager,
        _ change: (inout AMIClient.Configuration) -> Void = { _ in }
    ) -> AMIClient {
        var configuration = AMIClient.Configuration(
            host: "127.0.0.1",
            port: manager.port,
            credentials: .init(username: "manager", password: Secret("s3cret"))
        )
        configuration.backoff = Backoff(base: .milliseconds(1), cap: .milliseconds(5))
        configuration.refusalDelay = (first: .milliseconds(1), last: .milliseconds(5))
        configuration.handover.window = .milliseconds(1)
        change(&configuration)
        return AMIClient(configuration, log: Logger("test", sink: LogSink { _ in }))
    }

    /// A manager whose first session becomes silent after the login, and whose next one sends event 1.
    private func halfOpenManager(sending events: String = "") throws -> ScriptedManager {
        try ScriptedManager([
            { peer in
                try peer.acceptLogin(coalescing: events)
                try peer.idle(answeringPings: false)
            },
            { peer in
                try peer.acceptLogin(coalescing: Self.event(1))
                try peer.idle()
            },
        ])
    }

    /// The ring of a subscriber for the events of `event(_:name:)`.
    private func ring(of client: AMIClient, capacity: Int = 64 << 20) -> EventRing {
        client.subscribe(events: ["Cdr", "CEL"], capacity: capacity)
    }

    /// Runs `client` until `count` events arrived, and returns their values of `header`.
    private func collect(_ count: Int, of header: HeaderName = "N", from client: AMIClient) async -> [String] {
        let ring = ring(of: client)
        let running = Task { try await client.run() }
        var found: [String] = []
        for await delivery in ring {
            guard case .events(let batch) = delivery else { continue }
            for index in 0..<batch.count { found.append(batch[index][header]?.text ?? "") }
            if found.count >= count { running.cancel() }
        }
        _ = await running.result
        return found
    }

    /// The number of events left in a ring after a stop.
    private func remaining(_ ring: EventRing) async -> Int {
        var count = 0
        for await delivery in ring {
            if case .events(let batch) = delivery { count += batch.count }
        }
        return count
    }

    private struct Unexpected: Error {}

    private static func event(_ number: Int, name: String = "CEL") -> String {
        "Event: \(name)\r\nPrivilege: call,all\r\nN: \(number)\r\n\r\n"
    }

    private static func events(_ numbers: Range<Int>) -> String { numbers.map { event($0) }.joined() }

    @Test func `events in one segment with the login answer are not lost`() async throws {
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin(coalescing: Self.events(0..<5))
            try peer.idle()
        }
        #expect(await collect(5, from: client(manager)) == (0..<5).map { "\($0)" })
    }

    @Test func `a name cut inside a letter arrives whole, byte by byte`() async throws {
        let name = "Éric Ωmega Юлия 世界"
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin()
            try peer.sendByteByByte("Event: CEL\r\nCallerIDname: \(name)\r\n\r\n")
            try peer.idle()
        }
        #expect(await collect(1, of: "CallerIDname", from: client(manager)) == [name])
    }

    @Test func `lines may end with LF alone`() async throws {
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin(coalescing: "Event: CEL\nN: 1\n\nEvent: Cdr\nN: 2\n\n", lineEnd: "\n")
            try peer.idle()
        }
        #expect(await collect(2, from: client(manager)) == ["1", "2"])
    }

    @Test func `an event of a megabyte is skipped, counted and declared, and the next one arrives`() async throws {
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin()
            let large = "Event: CEL\r\nX: " + String(repeating: "x", count: 1 << 20) + "\r\n\r\n"
            try peer.send(Self.event(6) + large + Self.event(7) + large + Self.event(8))
            try peer.idle()
        }
        let instruments = AMIClient.Instruments.unregistered()
        var configuration = AMIClient.Configuration(
            host: "127.0.0.1",
            port: manager.port,
            credentials: .init(username: "m", password: Secret("s"))
        )
        configuration.handover.window = .milliseconds(1)
        let client = AMIClient(configuration, instruments: instruments, log: Logger("test", sink: LogSink { _ in }))
        let ring = ring(of: client)
        let running = Task { try await client.run() }
        var journal: [String] = []
        for await delivery in ring {
            switch delivery {
            case .gap(let gap):
                #expect(gap.from <= gap.to)
                journal.append("\(gap.cause.rawValue) \(gap.events)")
            case .events(let batch): for index in 0..<batch.count { journal.append(batch[index]["N"]?.text ?? "") }
            }
            if journal.last == "8" { running.cancel() }
        }
        #expect(journal == ["6", "oversized 1", "7", "oversized 1", "8"], "each gap lies between its neighbours")
        #expect(instruments.skippedMessages.value == 2)
    }

    @Test func `only the events that were asked for are delivered`() async throws {
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin(
                coalescing: Self.event(1, name: "Hangup") + Self.event(2, name: "cdr")
                    + Self.event(3, name: "CELebrate")
                    + Self.event(4)
            )
            try peer.idle()
        }
        #expect(await collect(2, from: client(manager)) == ["2", "4"])
    }

    @Test func `a consumer that takes its time loses nothing`() async throws {
        let total = 20_000
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin()
            for start in stride(from: 0, to: total, by: 1000) { try peer.send(Self.events(start..<start + 1000)) }
            try peer.idle()
        }
        let client = client(manager)
        let ring = ring(of: client)
        let running = Task { try await client.run() }
        while ring.bytes < 700_000 { await Task.yield() }
        var found = 0
        for await delivery in ring {
            guard case .events(let batch) = delivery else { continue }
            for index in 0..<batch.count {
                #expect(batch[index]["N"]?.integer == found)
                found += 1
            }
            if found == total { running.cancel() }
        }
        #expect(found == total)
    }

    @Test func `what the ring cannot take is one gap with its count, where the events would have been`() async throws {
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin(coalescing: Self.events(0..<1000))
            _ = try peer.action()
            try peer.send("Response: Success\r\nActionID: asterisk-connector-1\r\n\r\n" + Self.events(5000..<5001))
            try peer.idle()
        }
        let instruments = AMIClient.Instruments.unregistered()
        var configuration = AMIClient.Configuration(
            host: "127.0.0.1",
            port: manager.port,
            credentials: .init(username: "m", password: Secret("s"))
        )
        configuration.handover.window = .milliseconds(1)
        let client = AMIClient(configuration, instruments: instruments, log: Logger("test", sink: LogSink { _ in }))
        let ring = ring(of: client, capacity: 10_000)
        let running = Task { try await client.run() }
        while instruments.lostEvents.value + instruments.deliveredEvents.value < 1000 { await Task.yield() }

        var numbers: [Int] = []
        var gaps: [Gap] = []
        func take(_ delivery: EventOrGap) {
            switch delivery {
            case .gap(let gap): gaps.append(gap)
            case .events(let batch):
                #expect(batch[0]["N"]?.integer != 5000 || gaps.count == 1)
                for index in 0..<batch.count { numbers.append(batch[index]["N"]?.integer ?? -1) }
            }
        }
        while ring.bytes > 0, let delivery = await ring.next() { take(delivery) }
        _ = try await client.send(try AMIAction("Go"))
        while !numbers.contains(5000), let delivery = await ring.next() { take(delivery) }
        running.cancel()
        #expect(gaps.map(\.cause) == [.overflow])
        #expect(gaps.map(\.events) == [instruments.lostEvents.value])
        #expect(numbers.count + (gaps.first?.events ?? 0) == 1001)
    }

    @Test(arguments: [("", "disconnected"), ("Event: CEL\r\nN: torn", "torn")])
    func `a lost connection is made again, and the time between is a gap`(last: String, cause: String) async throws {
        let manager = try ScriptedManager([
            { peer in try peer.acceptLogin(coalescing: Self.events(0..<2) + last) },
            { peer in
                try peer.acceptLogin(coalescing: Self.events(2..<4))
                try peer.idle()
            },
        ])
        let client = client(manager)
        let ring = ring(of: client)
        let running = Task { try await client.run() }
        var journal: [String] = []
        for await delivery in ring {
            switch delivery {
            case .gap(let gap): journal.append(gap.cause.rawValue)
            case .events(let batch): for index in 0..<batch.count { journal.append(batch[index]["N"]?.text ?? "") }
            }
            if journal.last == "3" { running.cancel() }
        }
        #expect(journal == ["0", "1", cause, "2", "3"])
    }

    @Test func `a session cut at any byte delivers what was whole, and a gap says whether it was torn`() async throws {
        let stream = Self.event(1) + Self.event(2) + Self.event(3)
        let length = Self.event(1).utf8.count
        var scripts = (0...stream.utf8.count).map { offset -> ScriptedManager.Script in
            { peer in
                try peer.acceptLogin()
                try peer.send(Array(stream.utf8.prefix(offset)))
            }
        }
        scripts.append { peer in
            try peer.acceptLogin(coalescing: Self.event(9))
            try peer.idle()
        }
        let manager = try ScriptedManager(scripts)
        let client = client(manager)
        let ring = ring(of: client)
        let running = Task { try await client.run() }
        var journal: [String] = []
        for await delivery in ring {
            switch delivery {
            case .gap(let gap): journal.append(gap.cause.rawValue)
            case .events(let batch): for index in 0..<batch.count { journal.append(batch[index]["N"]?.text ?? "") }
            }
            if journal.last == "9" { running.cancel() }
        }
        let expected = (0...stream.utf8.count).flatMap { offset in
            ["1", "2", "3"].prefix(offset / length) + [offset % length == 0 ? "disconnected" : "torn"]
        }
        #expect(journal == expected + ["9"])
        #expect(manager.accepted == stream.utf8.count + 2)
    }

    @Test func `the gap of a half-open connection begins with the last bytes heard`() async throws {
        let manager = try halfOpenManager(sending: Self.event(0))
        let client = client(manager) {
            $0.timing.quiet = .milliseconds(300)
            $0.timing.pong = .milliseconds(300)
        }
        let ring = ring(of: client)
        let running = Task { try await client.run() }
        var receipts: [Receipt] = []
        var gaps: [Gap] = []
        for await delivery in ring {
            switch delivery {
            case .gap(let gap): gaps.append(gap)
            case .events(let batch): receipts.append(batch.receipt)
            }
            if receipts.count == 2 { running.cancel() }
        }
        #expect(gaps.map(\.cause) == [.disconnected])
        let gap = try #require(gaps.first)
        #expect(gap.from <= receipts[0].at)
        #expect(gap.from >= receipts[0].at.adding(seconds: -1), "no earlier than a look at the clocks")
    }

    @Test func `bytes, not time, show up to when nothing is missing`() async throws {
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin(coalescing: Self.event(0))
            try peer.idle()
        }
        let client = client(manager)
        #expect(client.completeUntil == nil, "nobody is logged in")
        let ring = ring(of: client)
        let running = Task { try await client.run() }
        let delivery = await ring.next()
        guard case .events(let batch) = delivery else { throw Unexpected() }
        try await eventually("all that came was handed over") { client.completeUntil != nil }
        #expect(try #require(client.completeUntil) <= batch.receipt.at)
        running.cancel()
        _ = await running.result
    }

    @Test func `a gap that goes on can be seen`() async throws {
        let wasCut = WakeSignal()
        let manager = try ScriptedManager([
            { peer in try peer.acceptLogin(coalescing: Self.event(0)) },
            { peer in
                wasCut.ring()
                try peer.idle()
            },
        ])
        let client = client(manager)
        #expect(client.gapsUnderWay.isEmpty, "nothing is known of the time before the first login")
        let running = Task { try await client.run() }
        await wasCut.wait()
        #expect(client.gapsUnderWay.map(\.cause) == [.disconnected])
        running.cancel()
        _ = await running.result
        var restarted = self.client(manager)
        #expect(restarted.gapsUnderWay.isEmpty)
        restarted = self.client(manager) { $0.missingSince = Timestamp(seconds: 1) }
        #expect(restarted.gapsUnderWay.map(\.cause) == [.processDown])
        #expect(restarted.gapsUnderWay.first?.from == Timestamp(seconds: 1))
    }

    /// Sends the same bytes until the connection ends.
    private static func flood(_ peer: ScriptedManager.Peer, with text: String) throws {
        while true { try peer.send(text) }
    }

    @Test(arguments: [(0, "x"), (1, "Event: X\r\n\r\n"), (1, "x"), (2, "Event: X\r\n\r\n"), (2, "\r\n")])
    func `a peer that sends and sends but no answer does not hold the login`(steps: Int, text: String) async throws {
        let manager = try ScriptedManager([
            { peer in
                if steps > 0 {
                    try peer.send("Asterisk Call Manager/11.0.0\r\n")
                    _ = try peer.action()
                }
                if steps > 1 {
                    try peer.send("Response: Success\r\nChallenge: 1\r\n\r\n")
                    _ = try peer.action()
                }
                try Self.flood(peer, with: text)
            },
            { peer in
                try peer.acceptLogin(coalescing: Self.event(1))
                try peer.idle()
            },
        ])
        let client = client(manager) { $0.timing.login = .milliseconds(100) }
        #expect(await collect(1, from: client) == ["1"])
    }

    @Test(arguments: ["\r\n", "x"])
    func `a peer that sends bytes but no message does not pass for alive`(text: String) async throws {
        let manager = try ScriptedManager([
            { peer in
                try peer.acceptLogin()
                try Self.flood(peer, with: text)
            },
            { peer in
                try peer.acceptLogin(coalescing: Self.event(1))
                try peer.idle()
            },
        ])
        let client = client(manager) {
            $0.timing.quiet = .milliseconds(50)
            $0.timing.pong = .milliseconds(50)
        }
        #expect(await collect(1, from: client) == ["1"])
    }

    @Test func `a half-open connection is noticed by its silence and made again`() async throws {
        let manager = try halfOpenManager()
        let client = client(manager) {
            $0.timing.quiet = .milliseconds(20)
            $0.timing.pong = .milliseconds(20)
        }
        #expect(await collect(1, from: client) == ["1"])
        #expect(manager.accepted >= 2)
    }

    @Test func `a refused login has an error of its own and is tried again`() async throws {
        let manager = try ScriptedManager([
            { peer in
                try peer.send("Asterisk Call Manager/11.0.0\r\n")
                _ = try peer.action()
                try peer.send("Response: Success\r\nChallenge: 1\r\n\r\n")
                _ = try peer.action()
                try peer.send("Response: Error\r\nMessage: Authentication failed\r\n\r\n")
            },
            { peer in
                try peer.acceptLogin(coalescing: Self.event(1))
                try peer.idle()
            },
        ])
        let instruments = AMIClient.Instruments.unregistered()
        var configuration = AMIClient.Configuration(
            host: "127.0.0.1",
            port: manager.port,
            credentials: .init(username: "m", password: Secret("s"))
        )
        configuration.refusalDelay = (first: .milliseconds(1), last: .milliseconds(1))
        let client = AMIClient(configuration, instruments: instruments, log: Logger("test", sink: LogSink { _ in }))
        #expect(await collect(1, from: client) == ["1"])
        #expect(instruments.refusals.value == 1 && instruments.failures.value == 0)
    }

    @Test func `nobody listening is a network error that names the settings`() async throws {
        let port: UInt16
        do { port = try Listener(host: "127.0.0.1", port: 0).port }
        let client = AMIClient(
            AMIClient.Configuration(
                host: "127.0.0.1",
                port: port,
                credentials: .init(username: "m", password: Secret("s"))
            ),
            log: Logger("test", sink: LogSink { _ in })
        )
        let running = Task { try await client.run() }
        while client.status.lastError == nil { await Task.yield() }
        running.cancel()
        let error = try #require(client.status.lastError)
        #expect(!error.isRefusal)
        #expect(error.description.contains("Connection refused") && error.description.contains("AMI_PORT"))
    }

    @Test func `actions are answered, also while events come, and fail without a session`() async throws {
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin()
            let action = try peer.action()
            let id = action.first { $0.hasPrefix("ActionID: ") }?.dropFirst(10) ?? ""
            try peer.send(
                Self.events(0..<3) + "Response: Success\r\nActionID: \(id)\r\nCoreCDRenabled: Yes\r\n\r\n"
                    + Self.event(3)
            )
            try peer.idle()
        }
        let client = client(manager)
        await #expect(throws: AMIError.notConnected) { try await client.send(try AMIAction("CoreSettings")) }
        let ring = ring(of: client)
        let running = Task { try await client.run() }
        while !client.status.isOnline { await Task.yield() }
        let reply = try await client.send(try AMIAction("CoreSettings"))
        #expect(reply.response["CoreCDRenabled"]?.text == "Yes")
        running.cancel()
        let events = await remaining(ring)
        #expect(events >= 3)
    }

    @Test func `an action that Asterisk never answers fails, and the session goes on`() async throws {
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin()
            _ = try peer.action()
            try peer.idle()
        }
        let client = client(manager)
        let running = Task { try await client.run() }
        while !client.status.isOnline { await Task.yield() }
        await #expect(throws: AMIError.unanswered(action: "Originate")) {
            try await client.send(try AMIAction("Originate"), within: .milliseconds(50))
        }
        #expect(client.status.isOnline)
        running.cancel()
        _ = await running.result
    }

    @Test func `a stop logs off and lets everything that was read be taken`() async throws {
        let lastAction = WakeSignal()
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin(coalescing: Self.events(0..<50))
            if try peer.action().first == "Action: Logoff" { lastAction.ring() }
        }
        let client = client(manager) { $0.handover.window = .seconds(3600) }
        let ring = ring(of: client)
        let running = Task { try await client.run() }
        while !client.status.isOnline { await Task.yield() }
        running.cancel()
        let events = await remaining(ring)
        await lastAction.wait()
        #expect(events == 50)
    }
}
