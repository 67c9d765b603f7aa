/// Writes rows of comma-separated values (RFC 4180, with LF) that `CSVDecoder` reads back.
package struct CSVEncoder: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var isInRow = false

    package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Adds a value to the row, in quotes where it needs them.
    ///
    /// Quotes are also around a value with blanks at its ends, or with `#` in front, which may begin a comment.
    package mutating func value(_ text: String) {
        if isInRow { bytes.append(ASCII.comma) }
        isInRow = true
        guard Self.needsQuotes(text.utf8) else {
            bytes.append(contentsOf: text.utf8)
            return
        }
        bytes.append(ASCII.quote)
        for byte in text.utf8 {
            if byte == ASCII.quote { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(ASCII.quote)
    }

    /// Ends the row; one that has only an empty value is read as no row.
    package mutating func endRow() {
        bytes.append(ASCII.newline)
        isInRow = false
    }

    private static func needsQuotes(_ text: String.UTF8View) -> Bool {
        guard let first = text.first, let last = text.last else { return false }
        return first == UInt8(ascii: "#") || first == ASCII.space || last == ASCII.space
            || text.contains { byte in
                byte == ASCII.comma || byte == ASCII.quote || byte == ASCII.newline || byte == ASCII.carriageReturn
            }
    }
}
