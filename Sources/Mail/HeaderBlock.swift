import Basics

/// Takes apart the headers of a mail without changing a byte of them.
enum HeaderBlock {
    /// The headers in `block`, which ends where the empty line begins.
    ///
    /// - Throws: `MailError.malformed` for a line that is neither a header nor the continuation of one: a mail server
    ///   would take it for the begin of the text, and everything after it too.
    static func headers(in block: Bytes) throws(MailError) -> [MailHeader] {
        var headers: [MailHeader] = []
        var start = block.startIndex
        while start < block.endIndex {
            var end = lineEnd(in: block, from: start)
            guard let name = name(of: block[start..<end]) else {
                throw .malformed("line \(headers.count + 1) of the headers is none")
            }
            while end < block.endIndex, isBlank(block[end]) { end = lineEnd(in: block, from: end) }
            headers.append(MailHeader(name: name, raw: block[start..<end]))
            start = end
        }
        return headers
    }

    /// The index behind the line end.
    private static func lineEnd(in block: Bytes, from start: Int) -> Int {
        block[start...].firstIndex(of: ASCII.newline).map { $0 + 1 } ?? block.endIndex
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == ASCII.space || byte == UInt8(ascii: "\t") }

    private static func name(of line: Bytes) -> String? {
        guard let colon = line.firstIndex(of: ASCII.colon) else { return nil }
        let name = line[..<colon]
        guard !name.isEmpty, name.allSatisfy({ (33...126).contains($0) }) else { return nil }
        return name.text
    }
}
