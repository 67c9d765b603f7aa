import Basics
import RedisTestSupport
import TestSupport
import Testing

@testable import Redis

struct RedisFaultTests {
    private func get(_ client: RedisClient, _ key: String, within limit: Duration = patience) async -> RedisError? {
        await failure { () throws(RedisError) in try await client.send(RedisCommand("GET", key), within: limit) }
    }

    @Test func `commands fail at once while the server is away, and work again when it is back`() async throws {
        let server = try await RedisServer()
        let running = RunningClient(.patient(server))
        let client = try await running.connected()
        try await server.stop()
        try await eventually("disconnected") { !client.isConnected }
        #expect(await get(client, "a") == .notConnected)
        try await eventually("an attempt") { running.instruments.failures.value > 1 }
        #expect(running.instruments.connected.value == 0 && running.disconnections.value == 1)
        try await server.restart()
        _ = try await running.connected()
        #expect(await get(client, "a") == nil)
        #expect(running.preparations.value == 2 && running.instruments.connections.value == 2)
        #expect(running.log.lines.contains { $0.contains("WARNING redis: Redis unavailable, retrying") })
        await running.stop()
    }

    @Test func `what was sent before the end of a connection fails, each once`() async throws {
        let server = try await RedisServer()
        let running = RunningClient(.patient(server))
        let client = try await running.connected()
        server.freeze()
        let outcomes = Outcomes()
        for _ in 0..<500 { client.send(RedisCommand("INCR", "a"), within: patience) { outcomes.add($0) } }
        try await server.stop()
        let all = try await outcomes.wait(for: 500)
        #expect(all.count == 500)
        #expect(all.allSatisfy { $0 == .failure(.notConnected) })
        await running.stop()
    }

    @Test func `a deadline holds while the server stands still, and no late reply goes to another command`()
        async throws
    {
        let server = try await RedisServer()
        let running = RunningClient(.patient(server))
        let client = try await running.connected()
        for name in ["a", "b", "c"] { _ = try await client.ask("SET", name, name) }
        server.freeze()
        let late = Outcomes()
        let batch = Promise<Result<[RedisValue], RedisError>>()
        for _ in 0..<20 {
            client.send(RedisCommand("GET", "a"), within: .milliseconds(20)) { late.add($0) }
        }
        client.send([RedisCommand("GET", "a"), RedisCommand("GET", "a")], within: .milliseconds(20)) {
            batch.fulfil($0)
        }
        let patient = Outcomes()
        client.send(RedisCommand("GET", "b"), within: patience) { patient.add($0) }
        #expect(try await late.wait(for: 20).allSatisfy { $0 == .failure(.timedOut) })
        #expect(await batch.value == .failure(.timedOut))
        client.send(RedisCommand("GET", "c"), within: patience) { patient.add($0) }
        server.proceed()
        let values = try await patient.wait(for: 2).map { try? $0.get().string }
        #expect(values == ["b", "c"])
        #expect(late.all.count == 20 && running.instruments.timeouts.value == 21)
        #expect(running.disconnections.value == 0)
        await running.stop()
    }

    @Test func `a command without any time left is not sent`() async throws {
        let server = try await RedisServer()
        let running = RunningClient(.patient(server))
        let client = try await running.connected()
        for limit in [Duration.zero, .seconds(-1)] {
            let error = await failure { () throws(RedisError) in
                try await client.send(RedisCommand("SET", "a", "1"), within: limit)
            }
            #expect(error == .timedOut)
        }
        #expect(try await client.ask("GET", "a") == .null)
        await running.stop()
    }

    @Test func `a connection that stands still for too long is closed, and another one is made`() async throws {
        let server = try await RedisServer()
        var configuration = RedisConfiguration.patient(server)
        configuration.stallTimeout = .milliseconds(100)
        configuration.connectTimeout = .seconds(5)
        let running = RunningClient(configuration)
        let client = try await running.connected()
        server.freeze()
        let error = await get(client, "a")
        #expect(error == .notConnected)
        try await eventually("a report") { running.log.lines.contains { $0.contains("Redis hangs") } }
        server.proceed()
        _ = try await running.connected()
        await running.stop()
    }

    @Test func `a dead peer is found by pings without any command`() async throws {
        let server = try await RedisServer()
        var configuration = RedisConfiguration.patient(server)
        (configuration.stallTimeout, configuration.pingInterval) = (.milliseconds(200), .milliseconds(20))
        configuration.connectTimeout = .seconds(5)
        let running = RunningClient(configuration)
        _ = try await running.connected()
        try await eventually("a round trip") { running.instruments.pingSeconds.value > 0 }
        server.freeze()
        try await eventually("a disconnection") { running.disconnections.value > 0 }
        server.proceed()
        await running.stop()
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n\r\n", "\u{0}\u{1}\u{2}", "+PONG\r\n*1000000000\r\n",
        "+PONG\r\n+unasked\r\n", "+PONG\r\n$16777300\r\n" + String(repeating: "x", count: 17 << 20),
        "+PONG\r\n" + String(repeating: "*1\r\n", count: 10),
    ])
    func `a peer that is not Redis is left, and commands fail`(garbage: String) async throws {
        let peer = try RawServer { connection in
            // PING, which is all of this login.
            _ = try connection.read(14)
            try connection.write(garbage)
            try connection.drain(.max)
        }
        let running = RunningClient(.patient(.tcp(host: "127.0.0.1", port: peer.port)))
        try await eventually("two attempts") { running.instruments.failures.value > 1 }
        await running.stop()
        peer.stop()
        #expect(running.log.lines.contains { $0.contains("does not answer as Redis does") }, "\(running.log.lines)")
    }

    @Test func `a server that refuses the client by itself is retried slowly`() async throws {
        let peer = try RawServer { connection in
            _ = try connection.read(14)
            try connection.write("-DENIED Redis is running in protected mode\r\n")
            try connection.drain(.max)
        }
        var configuration = RedisConfiguration.patient(.tcp(host: "127.0.0.1", port: peer.port))
        configuration.refusalDelay = .seconds(600)
        let running = RunningClient(configuration)
        try await eventually("a refusal") { running.instruments.refusals.value == 1 }
        #expect(running.client.lastError == .refused(RedisServerError("DENIED Redis is running in protected mode")))
        await running.stop()
        peer.stop()
    }

    @Test func `a client whose server never existed can be stopped`() async throws {
        let folder = TemporaryDirectory()
        let running = RunningClient(.patient(.unix(path: folder.file("none.sock"))))
        try await eventually("an attempt") { running.instruments.failures.value > 0 }
        #expect(await get(running.client, "a") == .notConnected)
        await running.stop()
    }
}
