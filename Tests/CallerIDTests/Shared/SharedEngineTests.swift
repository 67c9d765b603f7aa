import AGI
import Basics
import Daemon
import Redis
import RedisTestSupport
import TestSupport
import Testing

@testable import CallerID

/// Instances that share a Redis that answers.
@Suite struct SharedEngineTests {
    @Test func `two instances never give a number twice at a time`() async throws {
        let server = try await RedisServer()
        let one = try await SharedTesting(server, numbers: 300)
        let two = try await SharedTesting(server)
        for _ in 0..<SharedTesting.rounds {
            let numbers = try await SharedTesting.numbers(384, of: [one, two])
            #expect(numbers.count == 300)
            #expect(Set(numbers).count == 300)
            for number in numbers {
                let promise = Promise<Bool>()
                two.service.release(number, holder: nil) { promise.fulfil($0) }
                #expect(await promise.value)
            }
        }
    }

    @Test func `a user of an ACL with the documented rights suffices`() async throws {
        let rights = ["~p:*", "&p:*", "+@read", "+@write", "+@scripting", "+@pubsub", "+@connection", "+info", "+time"]
        let server = try await RedisServer(["--user", "u", "on", ">secret"] + rights)
        let change = { @Sendable (configuration: inout CallerIDConfiguration) in
            configuration.redisUser = "u"
            configuration.redisPassword = Secret("secret")
            configuration.redisPrefix = "p:"
        }
        let one = try await SharedTesting(server, numbers: 1, change)
        let two = try await SharedTesting(server, change)
        let number = try #require(await one.number())
        #expect(try await two.number() == nil)
        try await eventually("seen") { two.picture.reservation(of: number) != nil }
        try await eventually("upkeep") { one.shared.info != nil && one.shared.instanceCount == 2 }
        #expect(one.shared.problem == nil)
        var report = CheckReport(hasColours: false, redaction: Redaction([]))
        await CallerIDCheckCommand.checkRedis(one.testing.configuration, &report)
        #expect(!report.hasFailures)
    }

    @Test func `two instances never use a number above its limits`() async throws {
        let server = try await RedisServer()
        let change = { @Sendable (configuration: inout CallerIDConfiguration) in
            configuration.reservation = .zero
            configuration.hourlyLimit = -1
            configuration.dailyLimit = 5
            // A day that does not end during the test.
            configuration.zone = try? TimeZoneRules(
                named: Timestamp.now().seconds % 86_400 > 43_200 ? "Asia/Tokyo" : "UTC"
            )
        }
        let one = try await SharedTesting(server, numbers: 40, change)
        let two = try await SharedTesting(server, change)
        let numbers = try await SharedTesting.numbers(400, of: [one, two])
        #expect(numbers.count == 200)
        #expect(Dictionary(grouping: numbers) { $0 }.values.allSatisfy { $0.count == 5 })
    }

    @Test func `routes and scripts give the answers that they give without Redis`() async throws {
        let server = try await RedisServer()
        let shared = try await SharedTesting(server, numbers: 2).testing
        let alone = try await CallerIDTesting(["2125550000", "2125550001"]) { $0.requestsPerMinute = 0 }
        let asked = [
            ("GET", "/next-cid?to=2125559876&campaign=c&agent=a&request_id=r1"),
            ("GET", "/next-cid?to=2125559876&campaign=c&agent=a&request_id=r1"),
            ("POST", "/next-cid?to=13105559876&campaign=c&agent=a&format=text"),
            ("GET", "/next-cid?to=2125559876&campaign=c&agent=a"), ("GET", "/next-cid?to=1&campaign=c&agent=a"),
            ("GET", "/next-cid?to=2125559876"), ("DELETE", "/api/reservation/2125550000"),
            ("DELETE", "/api/reservation/2125550000"), ("GET", "/next-cid?to=2125559876&campaign=c&agent=b"),
            ("GET", "/next-cid?to=2125559876&campaign=c&agent=b&trunk=T"),
        ]
        for (method, target) in asked {
            let token = method == "DELETE" ? CallerIDTesting.token : nil
            let expected = await alone.text(method, target, token: token)
            #expect(await shared.text(method, target, token: token) == expected, "\(target)")
        }
    }

    @Test func `scripts of a dialplan get their answers from Redis`() async throws {
        let server = try await RedisServer()
        let one = try await SharedTesting(server, numbers: 1)
        func run(_ script: String, _ arguments: [String]) async -> [String] {
            let lines =
                ["agi_network: yes", "agi_network_script: \(script)", "agi_uniqueid: 1795224725.1"]
                + arguments.enumerated().map { "agi_arg_\($0.offset + 1): \($0.element)" }
            let promise = Promise<AGIAnswer>()
            let request = AGIRequest(Array(lines.map { $0 + "\n" }.joined().utf8)[...])
            CallerIDScripts(one.service).answer(to: request, [:]) { promise.fulfil($0) }
            return await promise.value.variables.map { "\($0.name)=\($0.value)" }
        }
        #expect(
            await run("next-cid", ["2125559876", "sales", "a1"]) == [
                "CALLERID(num)=2125550000", "CALLERID_AREA_CODE=212", "CALLERID_CARRIER=AT&T", "CALLERID_ROTATED=1",
                "CALLERID_RESERVED_FOR=300", "CALLERID_STATUS=OK",
            ]
        )
        #expect(
            await run("next-cid", ["2125559876", "sales", "a1"]) == ["CALLERID_ROTATED=0", "CALLERID_STATUS=NONE"]
        )
        #expect(await run("release", ["2125550000", "unused"]) == ["CALLERID_STATUS=OK"])
        #expect(await run("release", ["2125550000"]) == ["CALLERID_STATUS=NONE"])
        #expect(await run("set_callerid", ["T", "91"]) == ["CALLERID_STATUS=NONE"])
        #expect(one.picture.figures.selection.reservations == 0)
    }

    @Test func `reservations end while the clock of Redis is behind`() async throws {
        let redis = try await RedisTesting()
        let one = try await SharedTesting(redis.server, numbers: 1) { $0.reservation = .seconds(1) }
        // As if the clock had been an hour ahead until now.
        _ = try await redis.ask("SET", "cid:clock", "\(Timestamp.now().microseconds + 3_600_000_000)")
        let number = try #require(await one.number())
        try await eventually("free") { try await one.number() == number }
    }

    @Test func `numbers that one instance adds, changes and removes are those of the other`() async throws {
        let server = try await RedisServer()
        let one = try await SharedTesting(server, numbers: 3)
        let two = try await SharedTesting(server)
        #expect(two.picture.figures.selection.total == 3)
        var record = NumberRecord(number: try #require(Digits("3105551234")))
        record.areaCode = try #require(Digits("310"))
        record.carrier = "a|b,%"
        record.meta = ""
        _ = try await two.picture.add(record)
        try await eventually("added") { one.picture.figures.selection.total == 4 }
        var changed = try await one.picture.record(record.number)
        #expect(changed.carrier == "a|b,%")
        #expect(changed.meta == "")
        changed.isActive = false
        _ = try await one.picture.change(changed)
        try await eventually("changed") { two.picture.figures.selection.active == 3 }
        try await one.picture.remove(record.number)
        try await eventually("removed") { two.picture.figures.selection.total == 3 }
        #expect(try await two.picture.numbers().count == 3)
    }

    @Test func `an instance that comes later knows who has which number`() async throws {
        let server = try await RedisServer()
        let one = try await SharedTesting(server, numbers: 3)
        let number = try #require(await one.number(id: "r1"))
        let two = try await SharedTesting(server)
        let reservation = try #require(two.picture.reservation(of: number))
        #expect(reservation.holder == "r1")
        #expect(reservation.agent == "a")
        #expect(reservation.destination == "2125559876")
        #expect(two.picture.use(of: number) == one.picture.use(of: number))
    }

    @Test func `each instance sees what the others give and release`() async throws {
        let server = try await RedisServer()
        let one = try await SharedTesting(server, numbers: 3)
        let two = try await SharedTesting(server)
        let number = try #require(await two.number(id: "a b\n"))
        try await eventually("given") { one.picture.reservation(of: number)?.holder == "a b\n" }
        #expect(one.picture.use(of: number) == two.picture.use(of: number))
        let promise = Promise<Bool>()
        one.service.release(number, holder: nil, wasUnused: true) { promise.fulfil($0) }
        #expect(await promise.value)
        try await eventually("released") { two.picture.reservation(of: number) == nil }
        #expect(two.picture.use(of: number)?.hourCount == 0)
    }

    @Test func `a reservation that is deleted in Redis ends`() async throws {
        let redis = try await RedisTesting()
        let one = try await SharedTesting(redis.server, numbers: 1)
        let number = try #require(await one.number())
        #expect(try await one.number() == nil)
        _ = try await redis.ask("DEL", "reservation:\(number)")
        try await eventually("free") { try await one.number() == number }
    }

    @Test func `numbers that were added without Redis are brought there`() async throws {
        let server = try await RedisServer()
        let one = try await SharedTesting(server, numbers: 2)
        let two = try await SharedTesting(server, numbers: 3)
        try await eventually("the same numbers") {
            one.picture.figures.selection.total == 3 && two.picture.figures.selection.total == 3
        }
        try await server.stop()
        try await eventually("away") { one.picture.isAway }
        _ = try await one.picture.add(NumberRecord(number: try #require(Digits("3105551234"))))
        try await two.picture.remove(try #require(Digits("2125550000")))
        try await server.restart()
        try await eventually("the same numbers") {
            let lists = [try await one.picture.numbers(), try await two.picture.numbers()].map {
                $0.map(\.number.description)
            }
            return Set(lists[0]) == ["2125550001", "2125550002", "3105551234"] && Set(lists[0]) == Set(lists[1])
        }
    }

    /// A Redis that lost its data counts changes anew, and may count as many as before.
    @Test func `numbers are compared after each lost connection, whatever the version`() async throws {
        let redis = try await RedisTesting()
        let one = try await SharedTesting(redis.server, numbers: 3)
        let removed = "cid:removed"
        let records = "cid:records"
        try await eventually("three numbers") { try await redis.ask("HLEN", records).integer == 3 }
        try await eventually("version") { one.shared.numbers.version > 0 }
        _ = try await redis.ask("HSET", removed, "2125550000", "2999-01-01T00:00:00Z")
        _ = try await redis.ask("HDEL", records, "2125550000", "2125550001")
        _ = try await redis.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        try await eventually("brought there again") { try await redis.ask("HLEN", records).integer == 2 }
        try await eventually("removed") { one.picture.figures.selection.total == 2 }
    }
}
