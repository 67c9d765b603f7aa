import Basics
import TestSupport
import Testing

@testable import Redis

struct RedisReplyDecoderTests {
    private static let stream =
        "+OK\r\n-ERR no\r\n:-42\r\n$5\r\na\r\nbc\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n"
        + "*3\r\n:1\r\n*2\r\n$1\r\nx\r\n*0\r\n-WRONGTYPE it is\r\n:9223372036854775807\r\n"
    private static let values: [RedisValue] = [
        .status("OK"), .error(RedisServerError("ERR no")), .integer(-42), .bulk(Array("a\r\nbc".utf8)), .bulk([]),
        .null, .null, .array([]),
        .array([
            .integer(1), .array([.bulk(Array("x".utf8)), .array([])]), .error(RedisServerError("WRONGTYPE it is")),
        ]), .integer(.max),
    ]

    /// The replies in `pieces`, and whether the decoder refused one.
    private func decoded(
        _ pieces: [Bytes],
        limits: RedisReplyDecoder.Limits = .init()
    ) -> (values: [RedisValue], isRefused: Bool) {
        let decoder = RedisReplyDecoder(limits: limits)
        var values: [RedisValue] = []
        do throws(RedisError) {
            for piece in pieces {
                try decoder.append(piece)
                while let value = try decoder.next() { values.append(value) }
            }
        } catch {
            return (values, true)
        }
        return (values, false)
    }

    private func decoded(_ text: String, limits: RedisReplyDecoder.Limits = .init()) -> [RedisValue]? {
        let (values, isRefused) = decoded([Array(text.utf8)[...]], limits: limits)
        return isRefused ? nil : values
    }

    @Test func `each kind of reply is decoded`() { #expect(decoded(Self.stream) == Self.values) }

    @Test func `a stream gives the same replies wherever it is cut`() {
        let bytes = Array(Self.stream.utf8)
        for cut in 1..<bytes.count {
            #expect(decoded([bytes[..<cut], bytes[cut...]]).values == Self.values, "at \(cut)")
        }
        #expect(decoded(bytes.indices.map { bytes[$0...$0] }).values == Self.values)
    }

    @Test func `random garbage gives replies or an error, whole or in pieces`() {
        var generator = SplitMix64(seed: 1)
        let signs = Array("+-:$*\r\n0123456789-x".utf8)
        for _ in 0..<3000 {
            var bytes = Array(Self.stream.utf8.prefix(generator.pick(0...60)))
            for _ in 0..<generator.pick(1...40) { bytes.append(signs[generator.pick(0...signs.count - 1)]) }
            let whole = decoded([bytes[...]])
            let single = decoded(bytes.indices.map { bytes[$0...$0] })
            #expect(whole == single, "\(bytes[...].text)")
        }
    }

    @Test(arguments: [
        "*1000000000\r\n", "*2147483648\r\n", "*-2\r\n", "$-2\r\n", "x\r\n", ":1x\r\n", "$99999999999999999999\r\n",
        String(repeating: "*1\r\n", count: 9), "*200000\r\n*200000\r\n",
    ])
    func `a forged length is refused`(text: String) { #expect(decoded(text) == nil) }

    @Test func `a reply over the limit of bytes is refused before it is complete`() {
        var limits = RedisReplyDecoder.Limits()
        limits.bytes = 100
        func text(_ count: Int) -> String { String(repeating: "a", count: count) }
        #expect(decoded("$93\r\n" + text(93) + "\r\n+OK\r\n", limits: limits)?.count == 2)
        #expect(decoded("$94\r\n" + text(94) + "\r\n", limits: limits) == nil)
        #expect(decoded("$1000\r\n" + text(93), limits: limits) == [])
        #expect(decoded("$1000\r\n" + text(94), limits: limits) == nil)
        #expect(decoded(String(repeating: "+OK\r\n", count: 100), limits: limits)?.count == 100)
        #expect(decoded("*50\r\n" + String(repeating: "+OK\r\n", count: 30), limits: limits) == nil)
    }

    @Test func `a line that never ends is refused`() {
        #expect(decoded("+" + String(repeating: "a", count: 65 << 10)) == nil)
        #expect(decoded("$" + String(repeating: "0", count: 66 << 10)) == nil)
        #expect(decoded("+" + String(repeating: "a", count: 64 << 10) + "\r\n")?.count == 1)
    }

    @Test func `an error is thrown again by all further calls`() {
        let decoder = RedisReplyDecoder()
        #expect(throws: RedisError.self) {
            try decoder.append(Array("?".utf8)[...])
            _ = try decoder.next()
        }
        #expect(throws: RedisError.self) { try decoder.append(Array("+OK\r\n".utf8)[...]) }
        #expect(throws: RedisError.self) { _ = try decoder.next() }
    }

    @Test func `values convert where they can`() {
        #expect(RedisValue.bulk(Array("12".utf8)).integer == 12)
        #expect(RedisValue.status("OK").string == "OK")
        #expect(RedisValue.null.string == nil && RedisValue.null.integer == nil && RedisValue.null.bytes == nil)
        #expect(RedisValue.array([.null]).array == [.null])
        #expect(RedisServerError("NOSCRIPT No matching script").code == "NOSCRIPT")
        #expect(RedisServerError("Error in secret").code == "ERR")
    }
}
