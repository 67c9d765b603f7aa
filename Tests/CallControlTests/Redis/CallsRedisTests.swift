import Basics
import Daemon
import HTTP
import Redis
import RedisTestSupport
import TestSupport
import Testing

@testable import CallControl

struct CallsRedisTests {
    private static func settings(_ server: RedisServer) -> (inout CallsConfiguration) -> Void {
        { configuration in
            configuration.redis.url = Secret("unix://\(server.path)")
            configuration.redis.prefix = "t:"
        }
    }

    @Test
    func `the live state and the sessions are in Redis, a revocation after the logout`() async throws {
        let redis = try await RedisTesting(isRunning: false)
        let service = try CallsTesting(Self.settings(redis.server))
        try await service.run { port in
            let (root, anna) = (try await port.login("root"), try await port.login("anna"))
            try await eventually("the call") { try await redis.ask("KEYS", "t:call:*").array?.count == 1 }
            let key = try #require(try await redis.ask("KEYS", "t:call:*").array?.first?.string)
            let call = try JSONParser.parse((try await redis.ask("GET", key).bytes ?? [])[...])
            #expect(call["callId"]?.string.map { "t:call:\($0)" } == key && call["state"]?.string != nil)
            try await eventually("the agent") { try await redis.text("agent:1001") != nil }
            try await eventually("the session") { try await redis.text("session:user_1001") != nil }
            let health = try await port.get("/api/admin/redis/health", root)
            #expect(health.json?["status"]?.string == "up" && health.json?["mode"]?.string == "single")
            for name in ["memoryBytes", "keys", "pendingWrites", "droppedEvents", "reconnects", "latencyMs"] {
                #expect(health.json?[name]?.integer != nil, "\(name): \(health.text)")
            }
            #expect(try await port.get("/api/admin/redis/health", anna).outcome == "403 FORBIDDEN")
            #expect(try await port.get("/api/redis/sessions/health", anna).json?["redis"]?.string == "up")
            #expect(try await port.get("/metrics", "").text.contains("asterisk_connector_calls_redis_up 1"))
            #expect(try await port.send(.delete, "/api/ami/users/logout", anna).status == 200)
            try await eventually("no session") { try await redis.text("session:user_1001") == nil }
            try await eventually("the revocation") { try await redis.ask("KEYS", "t:revoked:*").array?.count == 1 }
        }
        #expect(try await redis.ask("EXISTS", "t:lock:ami").integer == 0)
    }

    @Test
    func `a call of an earlier run that Asterisk does not have is ended, any other one stays`() async throws {
        let redis = try await RedisTesting(isRunning: false)
        @Sendable func call(_ id: String, _ state: String) -> String {
            #"{"callId":"\#(id)","state":"\#(state)","endedAt":null,"agentExtensions":["1001"],"hangup":null,"queue":null,"#
                + #""channels":[{"channelId":"7.7"}],"variables":{},"version":4}"#
        }
        for (key, state) in [("call_7.7", "up"), ("call_8.8", "ended")] {
            try await redis.ask("SET", "t:call:\(key)", call(key, state))
        }
        try await redis.ask("SET", "t:call:call_9.9", "no JSON")
        try await redis.ask("SET", "t:call:call_6.6", call("call_5.5", "up"))
        let service = try CallsTesting(Self.settings(redis.server))
        try await service.run { _ in
            try await eventually("its end") { try await redis.text("call:call_7.7")?.contains(#""ended""#) == true }
            let text = try #require(try await redis.text("call:call_7.7"))
            let json = try JSONParser.parse(Array(text.utf8)[...])
            #expect(json["hangup"]?["text"]?.string == "lost" && json["version"]?.integer == 5)
            #expect(json["endedAt"]?.integer != nil && json["channels"]?.elements?.isEmpty == true)
            #expect(text.contains(#""variables":{}"#) && text.contains(#""queue":null"#))
            #expect(try await redis.text("call:call_8.8") == call("call_8.8", "ended"))
            #expect(try await redis.text("call:call_9.9") == "no JSON")
            #expect(try await redis.text("call:call_6.6") == call("call_5.5", "up"))
            let ended = try await redis.stream().filter { $0.json["eventType"]?.string == "call:ended" }
            #expect(ended.map { $0.json["callId"]?.string } == ["call_7.7"])
            // Those of Asterisk go on.
            let keys = try await redis.ask("KEYS", "t:call:*").array?.compactMap(\.string) ?? []
            #expect(keys.count == 5)
        }
    }

    @Test
    func `without Redis the service works, and says that it is away`() async throws {
        let server = try await RedisServer()
        try await server.stop()
        let service = try CallsTesting(Self.settings(server))
        try await service.run { port in
            let root = try await port.login("root")
            #expect(try await port.get("/api/ami/calls", root).ids?.count == 1)
            #expect(try await port.get("/readyz", "").status == 200)
            let health = try await port.get("/api/admin/redis/health", root)
            #expect(health.json?["status"]?.string == "down" && health.json?["latencyMs"] == .null)
            #expect(health.json?["pendingWrites"]?.integer ?? 0 > 0 && health.json?["problem"]?.string != nil)
            #expect(try await port.get("/api/redis/sessions/health", root).json?["redis"]?.string == "down")
        }
    }

    @Test
    func `with no Redis in the settings health says embedded`() async throws {
        try await CallsTesting().run { port in
            let health = try await port.get("/api/admin/redis/health", try await port.login("root"))
            #expect(health.json?["status"]?.string == "embedded" && health.json?["mode"]?.string == "embedded")
            #expect(try await !port.get("/metrics", "").text.contains("calls_redis_up"))
        }
    }

    private func check(_ url: String) async -> String {
        var configuration = CallsConfiguration()
        configuration.redis.url = Secret(url)
        var report = CheckReport(hasColours: false, redaction: Redaction([]))
        await CallsCheckCommand.checkRedis(configuration, &report)
        return report.text
    }

    @Test
    func `the check finds a Redis, its policy, what its user may not do, and one that is away`() async throws {
        let redis = try await RedisTesting(isRunning: false)
        let url = "unix://\(redis.server.path)"
        #expect(await check(url).contains("✓ Redis"))
        try await redis.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        #expect(await check(url).contains("maxmemory-policy volatile-lru (now allkeys-lru)"))
        try await redis.ask("ACL", "SETUSER", "weak", "on", ">secret", "~*", "&*", "+@all", "-eval", "-xadd")
        #expect(await check("\(url)?username=weak&password=secret").contains("may not run EVAL, XADD"))
        #expect(await check("\(url).none").contains("✗ Redis"))
        #expect(try await redis.ask("DBSIZE").integer == 0)
    }
}
