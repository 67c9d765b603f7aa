/// Reads JSON as RFC 8259 defines it: no comments, no trailing commas, one value, at most 128 levels deep.
package struct JSONParser {
    private let bytes: Bytes
    private var position: Int
    private var depth = 0

    private init(_ bytes: Bytes) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// The value that `bytes` hold, with nothing but white space around it.
    package static func parse(_ bytes: Bytes) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes)
        parser.skipWhitespace()
        let value = try parser.value()
        parser.skipWhitespace()
        guard parser.position == bytes.endIndex else { throw parser.error("unexpected text after the value") }
        return value
    }

    /// The members of the object that `bytes` hold, each with the bytes of its text.
    package static func members(of bytes: Bytes) throws(JSONError) -> [JSONText.Member] {
        var parser = JSONParser(bytes)
        parser.skipWhitespace()
        guard parser.take(UInt8(ascii: "{")) else { throw parser.error("expected an object, '{'") }
        parser.depth = 1
        var members: [JSONText.Member] = []
        var start = parser.position
        parser.skipWhitespace()
        var isOpen = !parser.take(UInt8(ascii: "}"))
        while isOpen {
            let (name, value) = try parser.member()
            members.append(JSONText.Member(name: name, value: value, text: bytes[start..<parser.position]))
            parser.skipWhitespace()
            isOpen = !parser.take(UInt8(ascii: "}"))
            guard !isOpen || parser.take(ASCII.comma) else { throw parser.error("expected ',' or '}'") }
            start = parser.position
            parser.skipWhitespace()
        }
        parser.skipWhitespace()
        guard parser.position == bytes.endIndex else { throw parser.error("unexpected text after the value") }
        return members
    }

    package static func parse(_ text: String) throws(JSONError) -> JSONValue { try parse(Array(text.utf8)[...]) }

    private func error(_ problem: String) -> JSONError {
        JSONError(problem: problem, offset: position - bytes.startIndex)
    }

    private var current: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    private mutating func skipWhitespace() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        switch current {
        case UInt8(ascii: "{"): return try nested { (parser) throws(JSONError) in try parser.object() }
        case UInt8(ascii: "["): return try nested { (parser) throws(JSONError) in try parser.array() }
        case ASCII.quote: return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .boolean(true))
        case UInt8(ascii: "f"): return try literal("false", .boolean(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case .some(let byte) where byte == ASCII.minus || ASCII.isDigit(byte): return try number()
        case .some: throw error("unexpected character")
        case nil: throw error("the text ends too early")
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(JSONError) -> JSONValue
    ) throws(JSONError) -> JSONValue {
        guard depth < 128 else { throw error("nested deeper than 128 levels") }
        depth += 1
        position += 1
        skipWhitespace()
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        var members: [JSONValue.Member] = []
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            let (name, text) = try member()
            members.append(.init(name: name, value: text.value))
            skipWhitespace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(ASCII.comma) else { throw error("expected ',' or '}'") }
            skipWhitespace()
        }
    }

    private mutating func member() throws(JSONError) -> (name: String, value: JSONText) {
        guard current == ASCII.quote else { throw error("expected a member's name in quotes") }
        let name = try string()
        skipWhitespace()
        guard take(ASCII.colon) else { throw error("expected ':'") }
        skipWhitespace()
        let start = position
        let value = try value()
        return (name, JSONText(value: value, bytes: bytes[start..<position]))
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value())
            skipWhitespace()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(ASCII.comma) else { throw error("expected ',' or ']'") }
            skipWhitespace()
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func literal(_ text: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[position...].starts(with: text.utf8) else { throw error("unexpected character") }
        position += text.utf8.count
        return value
    }

    private mutating func digits() throws(JSONError) {
        guard let byte = current, ASCII.isDigit(byte) else { throw error("expected a digit") }
        while let byte = current, ASCII.isDigit(byte) { position += 1 }
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        _ = take(ASCII.minus)
        if current == ASCII.zero { position += 1 } else { try digits() }
        var isWhole = true
        if take(ASCII.dot) {
            isWhole = false
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isWhole = false
            position += 1
            if current == UInt8(ascii: "+") || current == ASCII.minus { position += 1 }
            try digits()
        }
        let text = bytes[start..<position]
        if isWhole, let integer = text.integer { return .integer(integer) }
        guard let number = Double(text.text) else { throw error("not a number") }
        return .number(number)
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        while let byte = current, byte != ASCII.quote, byte != ASCII.backslash, byte >= 0x20 { position += 1 }
        var result = Array(bytes[start..<position])
        while let byte = current {
            position += 1
            switch byte {
            case ASCII.quote:
                guard let text = String(validating: result, as: UTF8.self) else {
                    throw error("text that is not UTF-8")
                }
                return text
            case ASCII.backslash: try escape(into: &result)
            case 0..<0x20: throw error("control character in a string")
            default: result.append(byte)
            }
        }
        throw error("the text ends inside a string")
    }

    private mutating func escape(into result: inout [UInt8]) throws(JSONError) {
        guard let byte = current else { throw error("the text ends inside a string") }
        position += 1
        switch byte {
        case ASCII.quote, ASCII.backslash, UInt8(ascii: "/"): result.append(byte)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0c)
        case UInt8(ascii: "n"): result.append(0x0a)
        case UInt8(ascii: "r"): result.append(0x0d)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"): result.append(contentsOf: String(try unicodeScalar()).utf8)
        default: throw error("unknown escape")
        }
    }

    /// A `\u` escape, or two for a surrogate pair; a lone surrogate becomes U+FFFD.
    private mutating func unicodeScalar() throws(JSONError) -> Character {
        let first = try hexadecimalUnit()
        if let scalar = Unicode.Scalar(first) { return Character(scalar) }
        guard UTF16.isLeadSurrogate(first), bytes[position...].starts(with: [ASCII.backslash, UInt8(ascii: "u")]) else {
            return "\u{fffd}"
        }
        let afterFirst = position
        position += 2
        let second = try hexadecimalUnit()
        guard UTF16.isTrailSurrogate(second) else {
            position = afterFirst
            return "\u{fffd}"
        }
        let value = 0x10000 + (UInt32(first - 0xd800) << 10) + UInt32(second - 0xdc00)
        return Unicode.Scalar(value).map { Character($0) } ?? "\u{fffd}"
    }

    private mutating func hexadecimalUnit() throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = ASCII.hexadecimalValue(byte) else {
                throw error("expected four hex digits")
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }
}
