import Basics
import RedisTestSupport
import TestSupport
import Testing

@testable import Redis

struct RedisClientTests {
    @Test func `ten thousand commands of several tasks are answered in their order`() async throws {
        let server = try await RedisServer()
        let running = RunningClient(.patient(server))
        let client = try await running.connected()
        let outcomes = (0..<8).map { _ in Outcomes() }
        await withTaskGroup(of: Void.self) { group in
            for (task, outcome) in outcomes.enumerated() {
                group.addTask {
                    for _ in 0..<1250 {
                        client.send(RedisCommand("INCR", "counter-\(task)"), within: patience) { outcome.add($0) }
                    }
                }
            }
        }
        for outcome in outcomes {
            let values = try await outcome.wait(for: 1250).map { try? $0.get().integer }
            #expect(values == Array(1...1250))
        }
        await running.stop()
    }

    @Test func `commands of a batch have nothing between them, and an error hides no other reply`() async throws {
        let server = try await RedisServer()
        let running = RunningClient(.patient(server))
        let client = try await running.connected()
        let replies = try await client.send(
            [
                RedisCommand("MULTI"), RedisCommand("SET", "a", 1), RedisCommand("LPUSH", "a", "x"),
                RedisCommand("GET", "a"), RedisCommand("EXEC"), RedisCommand("NONSENSE", "secret"),
            ],
            within: patience
        )
        #expect(replies.count == 6)
        let results = replies[4].array ?? []
        #expect(results.count == 3 && results.first == .status("OK") && results.last?.integer == 1)
        guard case .error(let error)? = results.dropFirst().first else { throw Unexpected(description: "error") }
        #expect(error.code == "WRONGTYPE")
        guard case .error(let unknown) = replies[5] else { throw Unexpected(description: "error") }
        #expect(unknown.isUnavailableCommand && !"\(unknown)".contains("secret"))
        let none = try await client.send([], within: patience)
        #expect(none.isEmpty)
        await running.stop()
    }

    @Test func `an error reply is a failure whose text repeats nothing of the command`() async throws {
        let server = try await RedisServer()
        let running = RunningClient(.patient(server))
        let client = try await running.connected()
        let error = await failure { () throws(RedisError) in
            try await client.send(RedisCommand("NONSENSE", "secret"), within: patience)
        }
        guard case .server? = error else { throw Unexpected(description: "\(String(describing: error))") }
        #expect(error?.description.contains("secret") == false)
        await running.stop()
    }

    @Test func `values larger than all buffers go both ways`() async throws {
        let server = try await RedisServer()
        let running = RunningClient(.patient(server))
        let client = try await running.connected()
        let value = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        async let first = client.ask("SET", "a", value)
        async let second = client.ask("SET", "b", value + [1])
        #expect(try await first == .status("OK"))
        #expect(try await second == .status("OK"))
        async let one = client.ask("GET", "a")
        async let two = client.ask("GET", "b")
        #expect(try await one.bytes == value)
        #expect(try await two.bytes == value + [1])
        await running.stop()
    }

    @Test func `more commands or bytes than may wait are refused as busy`() async throws {
        let server = try await RedisServer()
        var configuration = RedisConfiguration.patient(server)
        (configuration.longestQueue, configuration.queueBytes) = (10, 1000)
        let running = RunningClient(configuration)
        let client = try await running.connected()
        server.freeze()
        let waiting = Outcomes()
        for _ in 0..<10 { client.send(RedisCommand("PING"), within: patience) { waiting.add($0) } }
        let ping = await failure { () throws(RedisError) in
            try await client.send(RedisCommand("PING"), within: patience)
        }
        #expect(ping == .busy)
        server.proceed()
        #expect(try await waiting.wait(for: 10).allSatisfy { (try? $0.get()) == .status("PONG") })
        let large = await failure { () throws(RedisError) in
            try await client.send(RedisCommand("SET", "a", [UInt8](repeating: 0, count: 1000)), within: patience)
        }
        #expect(large == .busy)
        #expect(try await client.ask("PING") == .status("PONG"))
        await running.stop()
    }

    @Test func `a cancelled task stops waiting at once`() async throws {
        let server = try await RedisServer()
        let running = RunningClient(.patient(server))
        let client = try await running.connected()
        server.freeze()
        let waiting = Task {
            await failure { () throws(RedisError) in
                try await client.send(RedisCommand("INCR", "a"), within: patience)
            }
        }
        waiting.cancel()
        #expect(await waiting.value == .cancelled)
        server.proceed()
        let next = try await client.ask("ECHO", "next")
        #expect(next.string == "next")
        await running.stop()
    }

    @Test func `the preparation comes before the commands of all other callers`() async throws {
        let server = try await RedisServer()
        let client = Lock<RedisClient?>(nil)
        let gate = Promise<Void>()
        let early = Promise<RedisError?>()
        let configuration = RedisConfiguration.patient(server)
        let running = RunningClient(configuration) { connection throws(RedisError) in
            await gate.value
            if let client = client.withLock({ $0 }) {
                early.fulfil(
                    await failure { () throws(RedisError) in
                        try await client.send(RedisCommand("SET", "a", "other"), within: patience)
                    }
                )
            }
            _ = try await connection.send(RedisCommand("SET", "a", "prepared"), within: patience)
        }
        client.withLock { $0 = running.client }
        gate.fulfil(())
        let connected = try await running.connected()
        #expect(await early.value == .notConnected)
        #expect(try await connected.ask("GET", "a").string == "prepared")
        await running.stop()
        #expect(running.client.isConnected == false)
    }

    @Test func `an emptied server answers that there is nothing`() async throws {
        let server = try await RedisServer()
        let running = RunningClient(.patient(server))
        let client = try await running.connected()
        _ = try await client.ask("SET", "a", "1")
        _ = try await client.ask("FLUSHALL")
        #expect(try await client.ask("GET", "a") == .null)
        await running.stop()
    }

    @Test func `a stop answers what was sent before it`() async throws {
        let server = try await RedisServer()
        let running = RunningClient(.patient(server))
        let client = try await running.connected()
        let outcomes = Outcomes()
        for _ in 0..<100 { client.send(RedisCommand("INCR", "a"), within: patience) { outcomes.add($0) } }
        await running.stop()
        #expect(outcomes.all.count == 100)
        let late = await failure { () throws(RedisError) in
            try await client.send(RedisCommand("PING"), within: patience)
        }
        #expect(late == .notConnected)
    }
}
