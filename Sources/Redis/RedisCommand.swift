import Basics

/// A command and its arguments, encoded as Redis reads them: an array of bulk strings.
///
/// ```swift
/// let command = RedisCommand("SET", key, "1", "EX", 60)
/// ```
package struct RedisCommand: Sendable, Equatable {
    /// The encoded words, without the line before them that has their number.
    private var body: [UInt8] = []
    private(set) var wordCount = 0

    /// - Parameter words: the arguments; any of them may hold any bytes.
    package init(_ name: String, _ words: any RedisWord...) {
        append(name)
        for word in words { append(word) }
    }

    package init(_ name: String, words: [any RedisWord]) {
        append(name)
        for word in words { append(word) }
    }

    package mutating func append(_ word: some RedisWord) {
        wordCount += 1
        word.encode(into: &body)
    }

    package mutating func append(contentsOf words: some Sequence<some RedisWord>) { for word in words { append(word) } }

    /// The bytes to send.
    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encodedSize)
        encode(into: &bytes)
        return bytes
    }

    /// An upper limit of the number of encoded bytes.
    var encodedSize: Int { body.count + 24 }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "*"))
        bytes.appendDecimal(wordCount)
        bytes.append(ASCII.carriageReturn)
        bytes.append(ASCII.newline)
        bytes.append(contentsOf: body)
    }

    fileprivate static func encode(_ word: some Collection<UInt8>, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "$"))
        bytes.appendDecimal(word.count)
        bytes.append(ASCII.carriageReturn)
        bytes.append(ASCII.newline)
        bytes.append(contentsOf: word)
        bytes.append(ASCII.carriageReturn)
        bytes.append(ASCII.newline)
    }
}

/// What can be a word of a command: text, bytes and integers.
package protocol RedisWord: Sendable {
    func encode(into bytes: inout [UInt8])
}

extension String: RedisWord {
    package func encode(into bytes: inout [UInt8]) { RedisCommand.encode(utf8, into: &bytes) }
}

extension Array: RedisWord where Element == UInt8 {
    package func encode(into bytes: inout [UInt8]) { RedisCommand.encode(self, into: &bytes) }
}

extension ArraySlice: RedisWord where Element == UInt8 {
    package func encode(into bytes: inout [UInt8]) { RedisCommand.encode(self, into: &bytes) }
}

extension Int: RedisWord {
    package func encode(into bytes: inout [UInt8]) {
        var digits: [UInt8] = []
        digits.appendDecimal(self)
        RedisCommand.encode(digits, into: &bytes)
    }
}
