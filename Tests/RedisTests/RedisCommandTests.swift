import Basics
import Testing

@testable import Redis

struct RedisCommandTests {
    @Test func `words are encoded with their lengths in bytes`() {
        let command = RedisCommand("SET", [0xff, 13, 10], "é", -12)
        let expected =
            Array("*4\r\n$3\r\nSET\r\n$3\r\n".utf8) + [0xff, 13, 10] + Array("\r\n$2\r\né\r\n$3\r\n-12\r\n".utf8)
        #expect(command.encoded == expected)
        #expect(RedisCommand("PING").encoded == Array("*1\r\n$4\r\nPING\r\n".utf8))
        #expect(command.encoded.count <= command.encodedSize)
    }

    @Test func `words can be appended`() {
        var command = RedisCommand("DEL")
        command.append(contentsOf: ["a", "b"])
        command.append(Array("c".utf8)[...])
        #expect(command == RedisCommand("DEL", "a", "b", "c"))
    }

    @Test func `what is encoded can be decoded as an array of strings`() throws {
        let words = ["", "a\r\nb", String(repeating: "x", count: 1000)]
        let decoder = RedisReplyDecoder()
        try decoder.append(RedisCommand("EVAL", words: words).encoded[...])
        #expect(try decoder.next() == .array((["EVAL"] + words).map { .bulk(Array($0.utf8)) }))
    }
}
