import Basics
import TestSupport
import Testing

@testable import CallerID

@Suite struct SharedValuesTests {
    @Test func `each number is in exactly one share, and shares are about as large`() throws {
        #expect(NumberShare.checksum("123456789".utf8) == 0xcbf4_3926)
        let numbers = try (0..<3000).map { try #require(Digits("\(2_125_550_000 + $0)")) }
        let shares = (0..<3).map { NumberShare(rank: $0, count: 3) }
        #expect(numbers.allSatisfy { number in shares.count { $0.contains(number) } == 1 })
        #expect(shares.allSatisfy { share in numbers.count { share.contains($0) } > 800 })
        #expect(numbers.allSatisfy(NumberShare(rank: 0, count: 1).contains))
    }

    @Test(arguments: 0..<20) func `the first entry of a heap that fits is the least of those`(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var heap = IndexedHeap()
        let count = random.pick(0...400)
        var positions = [Int32](repeating: -1, count: count)
        for member in 0..<count {
            heap.insert(.init(key: Int64(random.pick(0...50)), id: Int64(member), member: Int32(member)), &positions)
        }
        let step = Int64(random.pick(1...200))
        let expected = heap.entries.filter { $0.id % step == 0 }.min { $0.isBefore($1) }
        #expect(heap.first { $0.id % step == 0 } == expected)
    }

    @Test(arguments: [
        "", "u", "u i 2125550000 x 0 0 0 {}", "u i 2125550000 5 0 0 9 {}", "r i 21x 5 0", "r i 2125550000 5",
    ])
    func `a message that is none is ignored`(text: String) { #expect(GrantMessage(Array(text.utf8)) == nil) }

    @Test func `a number in Redis has all that its row has`() throws {
        var record = NumberRecord(number: try #require(Digits("2125550000")))
        #expect(NumberRecord(record.number, redisText: record.redisText) == record)
        record.carrier = "AT&T|,%\n"
        record.areaCode = try #require(Digits("212"))
        (record.dailyLimit, record.hourlyLimit, record.isActive) = (0, -1, false)
        (record.meta, record.createdAt, record.updatedAt) = ("", "a", "b")
        (record.pool, record.trunk, record.route, record.callType) = ("p:1", "T", "91", "auto")
        record.isDefault = true
        #expect(NumberRecord(record.number, redisText: record.redisText) == record)
        #expect(NumberRecord(record.number, redisText: "a|b") == nil)
    }
}
