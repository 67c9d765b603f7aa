/// Checks of JSON text that build no values.
package enum JSONSyntax {
    /// Whether `bytes` are one JSON object and nothing else.
    ///
    /// Flat objects of plain strings and integers, which is what Asterisk writes, take a fast path; anything else is
    /// parsed in full.
    package static func isObject(_ bytes: Bytes) -> Bool {
        guard bytes.first == UInt8(ascii: "{") else { return false }
        if isPlainObject(bytes.span) { return true }
        guard let value = try? JSONParser.parse(bytes), case .object = value else { return false }
        return true
    }

    /// Whether it looks like `{"name":"plain text","other":16}`, without blanks and escapes.
    private static func isPlainObject(_ text: Span<UInt8>) -> Bool {
        var position = 1
        if text.count == 2 { return text[1] == UInt8(ascii: "}") }
        while true {
            guard skipPlainString(text, &position), position < text.count, text[position] == ASCII.colon else {
                return false
            }
            position += 1
            guard skipPlainString(text, &position) || skipPlainNumber(text, &position), position < text.count else {
                return false
            }
            if text[position] == UInt8(ascii: "}") { return position + 1 == text.count }
            guard text[position] == ASCII.comma else { return false }
            position += 1
        }
    }

    private static func skipPlainString(_ text: Span<UInt8>, _ position: inout Int) -> Bool {
        guard position < text.count, text[position] == ASCII.quote else { return false }
        var end = position + 1
        while end < text.count, text[end] != ASCII.quote {
            guard text[end] >= 0x20, text[end] < 0x80, text[end] != ASCII.backslash else { return false }
            end += 1
        }
        guard end < text.count else { return false }
        position = end + 1
        return true
    }

    private static func skipPlainNumber(_ text: Span<UInt8>, _ position: inout Int) -> Bool {
        var end = position
        while end < text.count, ASCII.isDigit(text[end]) { end += 1 }
        let count = end - position
        guard count > 0, count == 1 || text[position] != ASCII.zero else { return false }
        position = end
        return true
    }
}
