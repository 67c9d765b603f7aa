import Basics
import HTTP
import Redis
import RedisTestSupport
import TestSupport
import Testing

@testable import CallerID

/// Instances whose Redis hangs, ends, or loses what it had.
@Suite struct RedisAwayTests {
    @Test func `no number is given twice when Redis hangs at any point of a decision`() async throws {
        let server = try await RedisServer()
        let one = try await SharedTesting(server, numbers: 2000) { $0.decisionTimeout = 50 }
        var given: [Digits] = []
        for round in 0..<(8 * SharedTesting.rounds) {
            // Another point in each round: before, between and after the requests that are under way.
            let point = round * 3 % 24
            let numbers = try await withThrowingTaskGroup(of: Digits?.self) { group in
                for index in 0..<24 {
                    group.addTask {
                        if index == point { server.freeze() }
                        return try await one.number()
                    }
                }
                var numbers: [Digits] = []
                for try await number in group { if let number { numbers.append(number) } }
                return numbers
            }
            #expect(numbers.count == 24)
            given += numbers
            server.proceed()
            if round.isMultiple(of: 2) { try await one.decides() }
        }
        #expect(Set(given).count == given.count)
        try await one.decides()
        given += try await SharedTesting.numbers(64, of: [one])
        #expect(Set(given).count == given.count)
        #expect(one.shared.conflicts.value == 0)
    }

    @Test func `a Redis that is emptied is filled again, and reservations stay`() async throws {
        let redis = try await RedisTesting()
        let one = try await SharedTesting(redis.server, numbers: 200)
        var given = try await SharedTesting.numbers(50, of: [one])
        _ = try await redis.ask("FLUSHALL")
        given += try await SharedTesting.numbers(50, of: [one])
        try await one.decides()
        given += try await SharedTesting.numbers(150, of: [one])
        #expect(given.count == 200)
        #expect(Set(given).count == 200)
        #expect(try await redis.ask("GET", "reservation:\(given[0])") != .null)
        #expect(one.shared.conflicts.value == 0)
    }

    @Test func `a Redis that comes back with older data learns what it has lost`() async throws {
        let redis = try await RedisTesting()
        let one = try await SharedTesting(redis.server, numbers: 100)
        var given = try await SharedTesting.numbers(20, of: [one])
        _ = try await redis.ask("SAVE")
        given += try await SharedTesting.numbers(20, of: [one])
        try await redis.server.stop()
        try await eventually("away") { one.picture.isAway }
        given += try await SharedTesting.numbers(20, of: [one])
        try await redis.server.restart()
        try await one.decides()
        given += try await SharedTesting.numbers(60, of: [one])
        #expect(given.count == 100)
        #expect(Set(given).count == 100)
    }

    @Test func `two instances that lose Redis together give no number twice`() async throws {
        let server = try await RedisServer()
        let one = try await SharedTesting(server, numbers: 300)
        let two = try await SharedTesting(server)
        try await eventually("both are known") { one.shared.instanceCount == 2 && two.shared.instanceCount == 2 }
        var given = try await SharedTesting.numbers(60, of: [one, two])
        try await eventually("both know all") {
            one.picture.figures.selection.reservations == 60 && two.picture.figures.selection.reservations == 60
        }
        try await server.stop()
        try await eventually("away") { one.picture.isAway && two.picture.isAway }
        given += try await SharedTesting.numbers(300, of: [one, two])
        // Each one has given all of its share.
        #expect(given.count == 300)
        #expect(Set(given).count == 300)
        try await server.restart()
        try await one.decides()
        try await two.decides()
        #expect(try await SharedTesting.numbers(20, of: [one, two]) == [])
        #expect(one.shared.conflicts.value + two.shared.conflicts.value == 0)
    }

    @Test func `without Redis nothing is given when the settings say so`() async throws {
        let server = try await RedisServer()
        let one = try await SharedTesting(server, numbers: 3) { $0.redisAway = .refuse }
        #expect(try await one.number() != nil)
        try await server.stop()
        try await eventually("away") { one.picture.isAway }
        let response = await one.testing.send("GET", "/next-cid?to=2125559876&campaign=c&agent=a")
        #expect(response.status == 503)
        #expect(String(decoding: response.body, as: UTF8.self) == #"{"detail":"Redis not available"}"#)
        let health = await one.testing.text("GET", "/health")
        #expect(health.hasPrefix("503 ") && health.contains(#""status":"unhealthy""#))
        try await server.restart()
        try await one.decides()
        try await eventually("Redis gives a number") { try await one.number() != nil }
        try await eventually("it is healthy") { await one.testing.text("GET", "/health").hasPrefix("200 ") }
    }

    @Test func `an instance that starts without Redis decides alone, unless there were others`() async throws {
        let server = try await RedisServer()
        try await server.stop()
        let one = try await SharedTesting(server, numbers: 3, waits: false)
        try await eventually("decides") { try await one.number() != nil }
        let health = await one.testing.text("GET", "/health")
        #expect(health.hasPrefix("200 ") && health.contains(#""status":"degraded""#))
        let two = try await SharedTesting(server, numbers: 3, waits: false) { configuration in
            try? Directory.makePrivate(configuration.directory)
            InstanceList.write(NumberShare(rank: 0, count: 2), directory: configuration.directory)
        }
        try await eventually("known") { two.shared.problem != nil }
        #expect(try await two.select() == .failure(.redis))
        try await server.restart()
        try await two.decides()
        // On a busy machine Redis may be too late again.
        try await eventually("Redis gives a number") { try await two.number() != nil }
    }

    @Test func `a Redis of a newer version is refused`() async throws {
        let redis = try await RedisTesting()
        _ = try await redis.ask("SET", "cid:schema", "99")
        let one = try await SharedTesting(redis.server, numbers: 1, waits: false)
        try await eventually("refused") { one.shared.problem?.contains("cid:schema 99") == true }
        _ = try await redis.ask("DEL", "cid:schema")
        try await one.decides()
    }
}
