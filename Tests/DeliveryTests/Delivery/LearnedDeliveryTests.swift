import Basics
import Delivery
import Testing

struct LearnedDeliveryTests {
    private let now = Timestamp(seconds: 1_795_224_725)
    private let api = "https://user:password@api.example/v1"

    private var full: LearnedDelivery {
        var learned = LearnedDelivery()
        learned.refusals = 20
        learned.requestBytes = 50_000
        learned.limitedAt = now
        learned.lowCounts = ["0123456789abcdef0123456789abcdef": 3]
        return learned
    }

    @Test func `what was learned comes back, and has no login in it`() throws {
        let bytes = try #require(full.encoded(api: api))
        #expect(LearnedDelivery(bytes, api: api, at: now) == full)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("password"))
        #expect(LearnedDelivery().encoded(api: api) == nil)
        #expect(LearnedDelivery(nil, api: api, at: now) == LearnedDelivery())
    }

    @Test func `of another API nothing is known`() {
        #expect(LearnedDelivery(full.encoded(api: api), api: api + "2", at: now) == LearnedDelivery())
    }

    @Test func `a limit ends after a day, or when it comes from a future`() {
        let bytes = full.encoded(api: api)
        for (seconds, lives) in [(0, true), (86399, true), (86400, false), (-3600, true), (-3601, false)] {
            let learned = LearnedDelivery(bytes, api: api, at: now.adding(seconds: seconds))
            #expect((learned.requestBytes != nil) == lives, "\(seconds)")
            #expect(learned.refusals == 20 && learned.lowCounts.count == 1)
        }
    }

    @Test func `what it is made of is small, however much there is`() throws {
        var learned = full
        for number in 0..<10_000 { learned.lowCounts["\(number + 1_000_000)"] = 3 }
        #expect(try #require(learned.encoded(api: api)).count < 16 << 10)
    }

    @Test func `damage in any byte is taken as if less had been learned`() throws {
        let bytes = try #require(full.encoded(api: api))
        for index in bytes.indices {
            for change: UInt8 in [0x01, 0x10, 0x80, 0xff] {
                var damaged = bytes
                damaged[index] ^= change
                let learned = LearnedDelivery(damaged, api: api, at: now)
                #expect((0...CircuitBreaker.limit).contains(learned.refusals))
                #expect(learned.requestBytes.map { $0 >= DeliveryPolicy.smallestLimit } ?? true)
                #expect(learned.lowCounts.values.allSatisfy { (1...3).contains($0) })
            }
            _ = LearnedDelivery(Array(bytes[..<index]), api: api, at: now)
        }
    }

    @Test(arguments: [
        #""refusals":-1"#, #""refusals":9223372036854775807"#, #""refusals":"20""#, #""refusals":1e99"#,
        #""request_bytes":0,"limited_at":1795224725"#, #""request_bytes":-5,"limited_at":1795224725"#,
        #""request_bytes":50000"#, #""request_bytes":50000,"limited_at":9223372036854775807"#,
        #""request_bytes":50000,"limited_at":-9223372036854775808"#, #""low_counts":[1]"#, #""low_counts":{"":0}"#,
        #""low_counts":{"a":9223372036854775807}"#,
    ])
    func `absurd figures are left out or cut`(member: String) throws {
        var learned = LearnedDelivery()
        learned.refusals = 1
        let text = String(decoding: try #require(learned.encoded(api: api)), as: UTF8.self)
        let absurd = text.replacing(#""refusals":1,"low_counts":{}"#, with: member)
        #expect(absurd != text)
        let read = LearnedDelivery(Array(absurd.utf8), api: api, at: now)
        #expect((0...CircuitBreaker.limit).contains(read.refusals) && read.requestBytes == nil)
        #expect(read.lowCounts.values.allSatisfy { (1...3).contains($0) })
    }
}
