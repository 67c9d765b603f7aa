import HTTP
import Testing

struct GzipTests {
    @Test func `every size from nothing to 2000 comes back as it was`() throws {
        for size in 0...2000 {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 3) }
            #expect(try Gzip.decompress(Gzip.compress(bytes), limit: size) == bytes)
        }
    }

    @Test(arguments: 1...9)
    func `random bytes come back at every level`(level: Int) throws {
        let bytes = (0..<100_000).map { _ in UInt8.random(in: 0...255) }
        #expect(try Gzip.decompress(Gzip.compress(bytes, level: level), limit: bytes.count) == bytes)
    }

    @Test func `the result is gzip without a time, the same each time, and smaller`() throws {
        let bytes = Array(String(repeating: #"{"record_id":"00","src":"100"},"#, count: 500).utf8)
        let compressed = try Gzip.compress(bytes)
        #expect(Array(compressed.prefix(8)) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0])
        #expect(try compressed == Gzip.compress(bytes))
        #expect(compressed.count < bytes.count / 10)
    }

    @Test func `more than the limit is refused`() throws {
        let compressed = try Gzip.compress([UInt8](repeating: 7, count: 1_000_000))
        #expect(throws: HTTPError.badGzip("it holds more than 999999 bytes")) {
            try Gzip.decompress(compressed, limit: 999_999)
        }
    }

    @Test func `every truncation is refused`() throws {
        let compressed = try Gzip.compress(Array("a call that must not get lost".utf8))
        for size in 0..<compressed.count {
            #expect(throws: HTTPError.badGzip("it ends too early")) {
                try Gzip.decompress(Array(compressed.prefix(size)), limit: 1000)
            }
        }
    }

    @Test func `garbage, damage and a tail are refused`() throws {
        var damaged = try Gzip.compress(Array("a call that must not get lost".utf8))
        damaged[damaged.count - 6] ^= 1
        for bytes in [Array("{}".utf8), damaged] {
            #expect(throws: HTTPError.badGzip("it is damaged, or no gzip at all")) {
                try Gzip.decompress(bytes, limit: 1000)
            }
        }
        #expect(throws: HTTPError.badGzip("there are bytes after its end")) {
            try Gzip.decompress(Gzip.compress([1]) + [0], limit: 1000)
        }
    }
}
