import Basics
import RedisTestSupport
import TestSupport
import Testing

@testable import Redis

struct RedisFunctionTests {
    private static let library = RedisFunctionLibrary(
        "test",
        shared: "local function sum(a, b) return a + b end",
        bodies: [
            "add": "return redis.call('INCRBY', KEYS[1], sum(tonumber(ARGV[1]), tonumber(ARGV[2])))",
            "fail": "return redis.error_reply('MYERR secret')", "where": "return 'here'",
        ]
    )

    private func add(_ functions: RedisFunctions, _ client: RedisClient) async throws -> Int? {
        try await functions.call("add", keys: ["sum"], arguments: [1, "2"], over: client, within: patience).integer
    }

    /// A server, and a user of it who may or may not use functions.
    private func server(_ mode: RedisFunctions.Mode) async throws -> (RedisServer, RedisConfiguration) {
        let rights = mode == .functions ? ["+@all"] : ["+@all", "-function", "-fcall"]
        let server = try await RedisServer(["--user", "me", "on", ">pass", "~*"] + rights)
        var configuration = RedisConfiguration.patient(server)
        (configuration.user, configuration.password) = ("me", Secret("pass"))
        return (server, configuration)
    }

    @Test(arguments: [RedisFunctions.Mode.functions, .scripts])
    func `code that the server has lost comes back with the same call`(mode: RedisFunctions.Mode) async throws {
        let (server, configuration) = try await server(mode)
        let functions = RedisFunctions(Self.library)
        let running = RunningClient(configuration) { connection throws(RedisError) in
            try await functions.load(over: connection)
        }
        let client = try await running.connected()
        #expect(functions.mode == mode)
        #expect(try await add(functions, client) == 3)
        #expect(try await add(functions, client) == 6)
        let other = RunningClient(.patient(server))
        let administrator = try await other.connected()
        _ = try await administrator.ask("FUNCTION", "FLUSH")
        _ = try await administrator.ask("SCRIPT", "FLUSH")
        await other.stop()
        #expect(try await add(functions, client) == 9)
        let text = try await functions.call("where", over: client, within: patience).string
        #expect(text == "here")
        let error = await failure { () throws(RedisError) in
            try await functions.call("fail", over: client, within: patience)
        }
        #expect(error == .server(RedisServerError("MYERR secret")))
        let unknown = await failure { () throws(RedisError) in
            try await functions.call("none", over: client, within: patience)
        }
        #expect(unknown != nil)
        await running.stop()
    }

    @Test(arguments: [RedisFunctions.Mode.functions, .scripts])
    func `code that was never loaded is loaded by the first call`(mode: RedisFunctions.Mode) async throws {
        let (server, configuration) = try await server(mode)
        let functions = RedisFunctions(Self.library)
        let running = RunningClient(configuration)
        let client = try await running.connected()
        let outcomes = Outcomes()
        for _ in 0..<50 {
            functions.call("add", keys: ["sum"], arguments: [0, 1], over: client, within: patience) {
                outcomes.add($0)
            }
        }
        let sums = try await outcomes.wait(for: 50).compactMap { try? $0.get().integer }
        #expect(sums.sorted() == Array(1...50))
        #expect(functions.mode == mode)
        await running.stop()
        try await server.stop()
    }

    @Test func `another version of a library takes the place of the old one`() async throws {
        let server = try await RedisServer()
        let running = RunningClient(.patient(server))
        let client = try await running.connected()
        for version in ["1", "2"] {
            let functions = RedisFunctions(RedisFunctionLibrary("test", bodies: ["version": "return '\(version)'"]))
            try await functions.load(over: client)
            let reply = try await functions.call("version", over: client, within: patience)
            #expect(reply.string == version)
        }
        await running.stop()
    }

    @Test func `code that cannot be compiled is an error`() async throws {
        let server = try await RedisServer()
        let running = RunningClient(.patient(server))
        let client = try await running.connected()
        let functions = RedisFunctions(RedisFunctionLibrary("test", bodies: ["bad": "return ("]))
        await #expect(throws: RedisError.self) { try await functions.load(over: client) }
        await #expect(throws: RedisError.self) {
            _ = try await functions.call("bad", over: client, within: patience)
        }
        await running.stop()
    }
}
