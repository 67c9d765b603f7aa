import Basics
import RedisTestSupport
import TestSupport
import Testing

@testable import Redis

struct RedisLoginTests {
    private func refusal(_ configuration: RedisConfiguration) async throws -> String {
        var configuration = configuration
        configuration.refusalDelay = .seconds(600)
        let running = RunningClient(configuration)
        try await eventually("a refusal") { running.instruments.refusals.value == 1 }
        await running.stop()
        #expect(!running.client.isConnected && running.instruments.connections.value == 0)
        return running.log.lines.joined(separator: "\n")
    }

    @Test(arguments: [nil, "hunter2"])
    func `a missing or wrong password is refused, and is not in the log`(password: String?) async throws {
        let server = try await RedisServer(["--requirepass", "right"])
        var configuration = RedisConfiguration.patient(server)
        configuration.password = password.map { Secret($0) }
        let log = try await refusal(configuration)
        #expect(log.contains("ERROR redis: Redis login refused"))
        #expect(log.contains(password == nil ? "NOAUTH" : "WRONGPASS") && !log.contains("hunter2"))
    }

    @Test func `a database that does not exist is refused`() async throws {
        let server = try await RedisServer()
        var configuration = RedisConfiguration.patient(server)
        configuration.database = 9999
        #expect(try await refusal(configuration).contains("Redis login refused"))
    }

    @Test func `password, database and name of the client are sent`() async throws {
        let server = try await RedisServer(["--requirepass", "right"])
        var configuration = RedisConfiguration.patient(server)
        (configuration.password, configuration.clientName) = (Secret("right"), "test")
        let running = RunningClient(configuration)
        let client = try await running.connected()
        _ = try await client.ask("SET", "a", "0")
        #expect(try await client.ask("CLIENT", "GETNAME").string == "test")
        await running.stop()
        configuration.database = 3
        let other = RunningClient(configuration)
        #expect(try await other.connected().ask("GET", "a") == .null)
        #expect(other.log.lines.contains { $0.contains("Redis connected") && $0.contains("redis.sock/3") })
        await other.stop()
    }

    @Test func `a user with few rights can log in`() async throws {
        let server = try await RedisServer(["--user", "me", "on", ">pass", "~*", "+get"])
        var configuration = RedisConfiguration.patient(server)
        (configuration.user, configuration.password, configuration.clientName) = ("me", Secret("pass"), "test")
        let running = RunningClient(configuration)
        let client = try await running.connected()
        #expect(try await client.ask("GET", "a") == .null)
        await running.stop()
    }

    @Test func `an error of the preparation ends the connection, and the next one is prepared again`() async throws {
        let server = try await RedisServer()
        let attempts = Counter()
        let running = RunningClient(.patient(server)) { connection throws(RedisError) in
            attempts.add()
            guard attempts.value < 3 else { return }
            _ = try await connection.send(RedisCommand("NONSENSE"), within: patience)
        }
        _ = try await running.connected()
        #expect(attempts.value == 3)
        #expect(running.instruments.failures.value == 2 && running.disconnections.value == 0)
        await running.stop()
    }

    /// A server with TLS at the port.
    private func serverWithTLS() async throws -> (server: RedisServer, port: UInt16) {
        let files = "\(Fixture.testsDirectory)/Fixtures/tls"
        return try await RedisServer.onTCP { port in
            [
                "--tls-port", "\(port)", "--tls-cert-file", "\(files)/server.pem", "--tls-key-file",
                "\(files)/server-key.pem", "--tls-ca-cert-file", "\(files)/authority.pem", "--tls-auth-clients", "no",
            ]
        }
    }

    @Test func `commands and large values go through TLS, and an unknown authority is refused`() async throws {
        let (server, port) = try await serverWithTLS()
        var configuration = RedisConfiguration.patient(.tcp(host: "127.0.0.1", port: port))
        let files = "\(Fixture.testsDirectory)/Fixtures/tls"
        configuration.tls = TLSStream.Configuration(authorityFile: "\(files)/authority.pem")
        let running = RunningClient(configuration)
        let client = try await running.connected()
        let value = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let outcomes = Outcomes()
        client.send(RedisCommand("SET", "a", value), within: patience) { outcomes.add($0) }
        for _ in 0..<1000 { client.send(RedisCommand("PING"), within: patience) { outcomes.add($0) } }
        #expect(try await client.ask("GET", "a").bytes == value)
        #expect(outcomes.all.dropFirst().allSatisfy { (try? $0.get()) == .status("PONG") })
        await running.stop()
        configuration.tls = TLSStream.Configuration(authorityFile: "\(files)/unrelated-authority.pem")
        let mistrusting = RunningClient(configuration)
        try await eventually("a failure") { mistrusting.instruments.failures.value > 0 }
        await mistrusting.stop()
        #expect(mistrusting.log.lines.contains { $0.contains("Redis unavailable") && $0.contains("certificate") })
        try await server.stop()
    }

    @Test func `plain TCP works as well`() async throws {
        let (server, port) = try await RedisServer.onTCP { ["--port", "\($0)"] }
        let running = RunningClient(.patient(.tcp(host: "localhost", port: port)))
        let client = try await running.connected()
        #expect(try await client.ask("ECHO", "x").string == "x")
        await running.stop()
        try await server.stop()
    }
}
