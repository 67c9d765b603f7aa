import Basics
import Redis
import RedisTestSupport
import TestSupport
import Testing

@testable import CallerID

@Suite struct RedisEngineTests {
    /// The numbers granted to `count` requests at once, half of them over another connection.
    private func grants(_ count: Int, _ engines: [RedisEngine], holders: Bool = false) async throws -> [Digits] {
        let requests = try (0..<count).map { index in
            try SelectionStateTests.request(
                "2125551111",
                agent: "a\(index)",
                id: holders ? "r\(index)" : ""
            )
        }
        return try await withThrowingTaskGroup(of: Digits?.self) { group in
            for (index, request) in requests.enumerated() {
                let engine = engines[index % engines.count]
                group.addTask {
                    if case .granted(let grant) = try await engine.select(request) { grant.number } else { nil }
                }
            }
            var numbers: [Digits] = []
            for try await number in group { if let number { numbers.append(number) } }
            return numbers
        }
    }

    @Test func `no number is given twice at a time, however many instances are asked at once`() async throws {
        let one = try await RedisTesting()
        let two = try await RedisTesting(one.server)
        let engines = [one.engine(SelectionPolicy()), two.engine(SelectionPolicy())]
        try await engines[0].store((1...250).map { try SelectionStateTests.number($0, area: "212") })
        try await engines[1].open(generation: "1")
        let numbers = try await grants(600, engines, holders: true)
        #expect(numbers.count == 250)
        #expect(Set(numbers).count == 250)
        let number = try #require(numbers.first)
        #expect(try await engines[0].release(number, holder: nil))
        let again = try await grants(20, engines)
        #expect(again == [number])
    }

    @Test func `no number is used above its limits, however many instances are asked at once`() async throws {
        var policy = SelectionPolicy()
        policy.reservationSeconds = 0
        policy.hourlyLimit = 3
        let one = try await RedisTesting()
        let two = try await RedisTesting(one.server)
        // An hour may end during the test otherwise.
        let engines = [one, two].map { $0.engine(policy) { SelectionStateTests.start } }
        try await engines[0].store((1...50).map { try SelectionStateTests.number($0) })
        try await engines[0].open(generation: "1")
        let numbers = try await grants(400, engines)
        #expect(numbers.count == 150)
        #expect(Set(numbers).count == 50)
        #expect(Dictionary(grouping: numbers) { $0 }.values.allSatisfy { $0.count == 3 })
    }

    @Test func `decisions need a Redis that was filled`() async throws {
        let testing = try await RedisTesting()
        let engine = testing.engine(SelectionPolicy())
        try await engine.store([try SelectionStateTests.number(1)])
        let request = try SelectionStateTests.request("2125551111")
        await #expect(throws: RedisEngineError.empty) { try await engine.select(request) }
        try await engine.open(generation: "1")
        guard case .granted = try await engine.select(request) else {
            Issue.record("no number")
            return
        }
        _ = try await testing.ask("FLUSHALL")
        await #expect(throws: RedisEngineError.empty) { try await engine.select(request) }
        await #expect(throws: RedisEngineError.empty) { try await engine.lookUp(TrunkLookup()) }
    }

    @Test func `keys have the prefix, and a reservation is readable and ends by itself`() async throws {
        let testing = try await RedisTesting()
        var policy = SelectionPolicy()
        policy.requestsPerMinute = 1
        let begin = Timestamp.now()
        let engine = testing.engine(policy, prefix: "x:")
        try await engine.store([try SelectionStateTests.number(1, area: "212"), try SelectionStateTests.number(2)])
        try await engine.open(generation: "1")
        let request = try SelectionStateTests.request("2125551111", campaign: "a \"b\"", id: "r1")
        _ = try await engine.select(request)
        let other = try SelectionStateTests.request("2125551111")
        guard case .rateLimited(let seconds) = try await engine.select(other) else {
            Issue.record("no limit")
            return
        }
        #expect(1...60 ~= seconds)
        let names = try await testing.ask("KEYS", "*").array?.compactMap(\.string) ?? []
        #expect(names.count == 12)
        #expect(names.allSatisfy { $0.hasPrefix("x:") })
        let json = try #require(try await testing.ask("GET", "x:reservation:2125550001").bytes)
        let value = try JSONParser.parse(json[...])
        #expect(value["caller_id"]?.string == "2125550001")
        #expect(value["campaign"]?.string == "a \"b\"")
        let time = try #require(value["reserved_at"]?.string)
        #expect(time.hasSuffix("Z"))
        #expect("\(begin)".prefix(19) <= time.prefix(19))
        #expect(time.prefix(19) <= "\(Timestamp.now())".prefix(19))
        #expect(try await testing.ask("TTL", "x:reservation:2125550001").integer.map { 1...300 ~= $0 } == true)
        #expect(try await testing.ask("TTL", "x:cid:req:r1").integer.map { 1...300 ~= $0 } == true)
        #expect(try await testing.ask("TTL", "x:rate_limit:a1").integer.map { 1...60 ~= $0 } == true)
        #expect(try await engine.release(try #require(Digits("2125550001")), holder: "r1"))
        #expect(try await testing.ask("EXISTS", "x:reservation:2125550001", "x:cid:req:r1") == .integer(0))
    }

    @Test func `an id that does not fit into the order of numbers is refused`() async throws {
        let testing = try await RedisTesting()
        var number = try SelectionStateTests.number(1)
        number.id = 10_000_000_000
        let engine = testing.engine(SelectionPolicy())
        await #expect(throws: RedisEngineError.invalidID(10_000_000_000)) { try await engine.store([number]) }
    }
}
