/// Writes JSON (RFC 8259) into bytes, in the order of the calls.
///
/// Invalid UTF-8 is replaced by U+FFFD, so that the text is always valid. The caller is responsible for nesting: each
/// `begin` needs its `end`.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    package init(capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// A member's name that needs no escaping; its value comes next.
    package mutating func key(_ name: StaticString) {
        separate()
        bytes.append(ASCII.quote)
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(ASCII.quote)
        bytes.append(ASCII.colon)
        needsComma = false
    }

    /// A member's name from outside, escaped where needed; its value comes next.
    package mutating func key(_ name: Bytes) {
        string(name)
        bytes.append(ASCII.colon)
        needsComma = false
    }

    package mutating func string(_ value: Bytes) {
        separate()
        bytes.append(ASCII.quote)
        switch Self.content(of: value.span) {
        case .plain: bytes.append(contentsOf: value)
        case .ascii: for byte in value { appendEscaped(byte) }
        case .other: for byte in value.text.utf8 { appendEscaped(byte) }
        }
        bytes.append(ASCII.quote)
    }

    package mutating func string(_ value: String) {
        separate()
        bytes.append(ASCII.quote)
        let content = unsafe value.utf8.withContiguousStorageIfAvailable { Self.content(of: unsafe $0.span) }
        if content == .plain {
            bytes.append(contentsOf: value.utf8)
        } else {
            for byte in value.utf8 { appendEscaped(byte) }
        }
        bytes.append(ASCII.quote)
    }

    package mutating func integer(_ value: Int) {
        separate()
        bytes.appendDecimal(value)
    }

    /// A number in the shortest form that reads back the same; infinity and NaN, which JSON does not have, become
    /// `null`.
    package mutating func number(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        if let whole = Int(exactly: value) {
            bytes.appendDecimal(whole)
        } else {
            bytes.append(contentsOf: "\(value)".utf8)
        }
    }

    package mutating func boolean(_ value: Bool) { raw(value ? Self.trueBytes : Self.falseBytes) }
    package mutating func null() { raw(Self.nullBytes) }

    /// Bytes that are a JSON value already.
    package mutating func raw(_ value: Bytes) {
        separate()
        bytes.append(contentsOf: value)
    }

    /// A time as RFC 3339 text in UTC.
    package mutating func timestamp(_ value: Timestamp) {
        separate()
        bytes.append(ASCII.quote)
        value.appendRFC3339(to: &bytes)
        bytes.append(ASCII.quote)
    }

    /// A whole value, with members in their order.
    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .boolean(let value): boolean(value)
        case .integer(let value): integer(value)
        case .number(let value): number(value)
        case .string(let value): string(value)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                key(Array(member.name.utf8)[...])
                self.value(member.value)
            }
            endObject()
        }
    }

    private static let trueBytes = Array("true".utf8)[...]
    private static let falseBytes = Array("false".utf8)[...]
    private static let nullBytes = Array("null".utf8)[...]

    private enum Content { case plain, ascii, other }

    /// Whether text can be written unchanged, needs escapes at most, or must be checked as UTF-8.
    private static func content(of text: Span<UInt8>) -> Content {
        var content = Content.plain
        let wordsEnd = text.count & ~7
        var index = 0
        while index < wordsEnd,
            isPlainWord(unsafe text.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
        {
            index += 8
        }
        while index < text.count {
            let byte = text[index]
            if byte >= 0x80 { return .other }
            if byte < 0x20 || byte == ASCII.quote || byte == ASCII.backslash || byte == 0x7f { content = .ascii }
            index += 1
        }
        return content
    }

    /// Whether none of eight bytes needs escaping: each is printable ASCII and neither quote nor backslash.
    private static func isPlainWord(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        func hasZero(_ value: UInt64) -> UInt64 { (value &- ones) & ~value & high }
        let isLow = (word &- ones &* 0x20) & ~word
        let suspects =
            word | isLow | hasZero(word ^ (ones &* 0x22)) | hasZero(word ^ (ones &* 0x5c))
            | hasZero(word ^ (ones &* 0x7f))
        return suspects & high == 0
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(ASCII.comma) }
        needsComma = true
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case ASCII.quote, ASCII.backslash: bytes.append(contentsOf: [ASCII.backslash, byte])
        case ASCII.newline: bytes.append(contentsOf: [ASCII.backslash, UInt8(ascii: "n")])
        case ASCII.carriageReturn: bytes.append(contentsOf: [ASCII.backslash, UInt8(ascii: "r")])
        case UInt8(ascii: "\t"): bytes.append(contentsOf: [ASCII.backslash, UInt8(ascii: "t")])
        case 0..<0x20, 0x7f:
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(contentsOf: ASCII.hexadecimal([byte]))
        default: bytes.append(byte)
        }
    }
}

extension [UInt8] {
    /// Appends `value` in decimal digits.
    package mutating func appendDecimal(_ value: Int) {
        if value < 0 { append(ASCII.minus) }
        var rest = value.magnitude
        let start = count
        repeat {
            append(ASCII.zero + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        self[start...].reverse()
    }

    /// Appends the last `width` decimal digits of `value`, padded with zeros on the left; a sign is left out.
    package mutating func appendDecimal(_ value: Int, width: Int) {
        let value = value.magnitude
        var divisor: UInt = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            append(ASCII.zero + UInt8((value / divisor) % 10))
            divisor /= 10
        }
    }
}
