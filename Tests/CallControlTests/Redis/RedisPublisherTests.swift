import Basics
import Redis
import RedisTestSupport
import TestSupport
import Testing

@testable import CallControl

@Suite(.serialized)
struct RedisPublisherTests {
    @Test
    func `an event is in its stream and on its channel under one number, its object under its key`() async throws {
        let redis = try await RedisTesting()
        let types = [
            ("call:ended", "call:1", "call", "call:events", EventObject.Life.seconds(3600)),
            ("agent:status", "agent:1001", "agent", "agent:status", .endless),
            ("queue:activity", "queue:sales", "queue", "queue:activity", .endless),
            ("transfer:updated", "transfer:7", "transfer", "transfer:updates", .seconds(604_800)),
            (
                "session:created", "session:user_1001", "session", "session:changes",
                .until(.now().adding(.seconds(500)))
            ),
        ]
        for (index, type) in types.enumerated() { redis.publish(type.0, type.1, index, life: type.4) }
        // The second name of another event, which is for clients only.
        redis.publish("extension:status", "agent:1001", 1)
        redis.hub.publish("system:synced", to: EventAudience(scope: .all)) { $0.required("data", 0) }
        try await redis.settled()
        let last = redis.hub.last
        #expect(try await redis.text("events:seq") == "\(last)")
        for (index, (type, key, stream, _, life)) in types.enumerated() {
            let events = try await redis.stream(stream)
            #expect(events.count == 1 && events[0].number == last - types.count - 1 + index)
            #expect(events[0].json["id"]?.integer == events[0].number && events[0].json["eventType"]?.string == type)
            #expect(events[0].json["redisKey"]?.string == key && events[0].json["data"]?.integer == index)
            #expect(try await redis.text(key) == "\(index)")
            let seconds = try #require(try await redis.ask("TTL", "t:" + key).integer)
            switch life {
            case .seconds(let most): #expect(most - 60...most ~= seconds)
            case .until: #expect(400...500 ~= seconds)
            default: #expect(seconds == -1)
            }
            #expect(86_300...86_400 ~= (try await redis.ask("TTL", "t:events:" + stream).integer ?? 0))
        }
        #expect(try await redis.stream("system").map(\.number) == [last])
        try await eventually("all messages") { try redis.messages().count == types.count + 1 }
        #expect(try redis.messages().map(\.channel) == types.map { "t:" + $0.3 } + ["t:call:events"])
        redis.publish("session:ended", "session:user_1001", 0, life: .over)
        try await redis.settled()
        #expect(try await redis.text("session:user_1001") == nil)
    }

    @Test
    func `events that come before Redis does are written in order, once each`() async throws {
        let redis = try await RedisTesting(isRunning: false)
        for value in 0..<1000 { redis.publish("call:updated", "call:\(value % 7)", value) }
        try await redis.start()
        try await redis.settled()
        let events = try await redis.stream()
        let isWhole = events.compactMap { $0.json["data"]?.integer } == Array(0..<1000)
        #expect(isWhole && events.map(\.number) == Array(redis.hub.last - 999...redis.hub.last))
        for value in 993..<1000 { #expect(try await redis.text("call:\(value % 7)") == "\(value)") }
        #expect(redis.publisher.dropped == 0)
    }

    @Test
    func `above the bound the oldest events are dropped, a gap says so, and each key gets its newest value`()
        async throws
    {
        let redis = try await RedisTesting(limits: .init(events: 10), isRunning: false)
        let first = redis.hub.last + 1
        for value in 0..<25 { redis.publish("call:updated", "call:\(value < 5 ? "a" : "b")", value) }
        #expect(redis.publisher.dropped == 15)
        try await redis.start()
        try await redis.settled()
        #expect(try await redis.stream().map(\.number) == Array(first + 15..<first + 25))
        let gap = try #require(try await redis.stream("system").first)
        #expect(gap.number == first + 14 && gap.json["eventType"]?.string == "system:gap")
        #expect(gap.json["data"]?["from"]?.integer == first - 1 && gap.json["data"]?["to"]?.integer == first + 14)
        #expect(try await redis.text("call:a") == "4")
        #expect(try await redis.text("call:b") == "24")
        try await eventually("the messages") { try redis.messages().count == 11 }
        #expect(try redis.messages().first?.event["eventType"]?.string == "system:gap")
    }

    @Test
    func `a Redis that was emptied gets all keys again, and higher numbers`() async throws {
        let redis = try await RedisTesting()
        redis.publish("agent:status", "agent:1001", 1)
        redis.publish("agent:status", "agent:1002", 2)
        try await redis.settled()
        let last = redis.hub.last
        try await redis.ask("FLUSHALL")
        try await eventually("the keys; \(redis.log.lines)") { try await redis.text("agent:1002") == "2" }
        #expect(try await redis.text("agent:1001") == "1")
        redis.publish(3)
        try await redis.settled()
        #expect(try await redis.stream().map(\.number) == [last + 1])
        #expect(redis.log.lines.contains { $0.contains("Redis was emptied") })
        #expect(redis.publisher.dropped == 0)
    }

    @Test
    func `numbers go on above those in Redis, also when only a stream has them`() async throws {
        let redis = try await RedisTesting(isRunning: false)
        let ahead = redis.hub.last + 5_000_000_000
        try await redis.ask("SET", "t:events:seq", ahead)
        try await redis.ask("XADD", "t:events:queue", "\(ahead + 10)-0", "e", "{}")
        try await redis.start()
        redis.publish(1)
        try await redis.settled()
        #expect(try await redis.stream().map(\.number) == [ahead + 11])
        // What is no number of an event does no harm.
        try await redis.ask("SET", "t:events:seq", "9999999999999999")
        redis.publish(2)
        try await redis.settled()
        redis.publish(3)
        try await redis.settled()
        #expect(try await redis.text("call:1") == "3")
        #expect(try await redis.stream().map(\.number).last.map { ahead..<ahead + 100 ~= $0 } == true)
    }

    @Test
    func `while Redis hangs events wait, and are written once`() async throws {
        let redis = try await RedisTesting(stall: .milliseconds(300))
        redis.publish(0)
        try await redis.settled()
        redis.server.freeze()
        for value in 1..<500 { redis.publish(value) }
        try await eventually("a lost connection") { redis.publisher.problem != nil }
        for value in 500..<600 { redis.publish(value) }
        redis.server.proceed()
        try await redis.settled()
        let isWhole = try await redis.stream().compactMap { $0.json["data"]?.integer } == Array(0..<600)
        #expect(isWhole)
        #expect(redis.publisher.dropped == 0)
    }

    @Test
    func `who lost the lock writes nothing, and begins anew when it is free`() async throws {
        let redis = try await RedisTesting()
        redis.publish(1)
        try await redis.settled()
        try await redis.ask("SET", "t:lock:ami", "somebody")
        redis.publish(2)
        try await eventually("somebody else") { redis.publisher.problem == "another instance writes" }
        redis.publish(3)
        #expect(try await redis.text("call:1") == "1")
        try await redis.ask("DEL", "t:lock:ami")
        try await eventually("the newest value") { try await redis.text("call:1") == "3" }
        #expect(try await redis.stream().count == 1)
        try await eventually("a gap") { try await redis.stream("system").count == 1 }
        #expect(redis.publisher.dropped > 0)
    }

    @Test
    func `the lock is given back at the end, after the last event`() async throws {
        let redis = try await RedisTesting()
        for value in 0..<300 { redis.publish(value) }
        await redis.stop()
        #expect(try await redis.ask("EXISTS", "t:lock:ami").integer == 0)
        #expect(try await redis.stream().count == 300)
    }

    @Test
    func `an event that Redis refuses again and again is dropped, and keeps no other one back`() async throws {
        let redis = try await RedisTesting()
        try await redis.ask("SET", "t:events:queue", "no stream")
        redis.publish("queue:activity", "queue:sales", 1)
        redis.publish("call:updated", "call:1", 2)
        // A lock is not taken either beside a stream that is none.
        try await eventually("a refusal") { redis.publisher.problem != nil }
        try await redis.ask("DEL", "t:events:queue")
        try await redis.settled()
        #expect(try await redis.text("call:1") == "2")
    }
}
