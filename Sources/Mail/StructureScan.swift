import Basics

/// One pass over the lines of a mail before GMime gets it, which has no limit for parts and headers of its own.
///
/// Bounds what a parser keeps in memory: the headers of the mail and of each part, and the number of parts. Finds where
/// the headers of the mail end.
struct StructureScan {
    static let largestHeaders = 256 << 10
    static let largestPartHeaders = 64 << 10
    static let mostBoundaries = 1000

    /// Where the line begins that is empty and ends the headers; `nil` as long as there was none.
    private(set) var headersEnd: Int?
    private var offset = 0
    private var lineStart = 0
    /// The first two bytes of the line.
    private var first: (UInt8, UInt8) = (0, 0)
    private var boundaries = 0
    /// Where the headers of a part began, until their empty line.
    private var partHeaders: Int?

    /// Takes the next bytes of the file.
    mutating func take(_ bytes: Bytes) throws(MailError) {
        let span = bytes.span
        var position = 0
        while position < span.count {
            let newline = ASCII.firstIndex(of: ASCII.newline, in: span, from: position, to: span.count)
            let end = newline ?? span.count
            let length = offset - lineStart
            if length == 0, end > position { first.0 = span[position] }
            if length < 2, end - position > 1 - length { first.1 = span[position + 1 - length] }
            offset += end - position
            position = end
            try bound()
            guard newline != nil else { return }
            try endLine()
            offset += 1
            lineStart = offset
            position += 1
        }
    }

    private mutating func endLine() throws(MailError) {
        let length = offset - lineStart
        let isEmpty = length == 0 || (length == 1 && first.0 == ASCII.carriageReturn)
        if headersEnd == nil {
            if isEmpty { headersEnd = lineStart }
        } else if length >= 2, first == (ASCII.minus, ASCII.minus) {
            boundaries += 1
            guard boundaries <= Self.mostBoundaries else { throw .tooLarge("more than \(Self.mostBoundaries) parts") }
            partHeaders = offset
        } else if isEmpty {
            partHeaders = nil
        }
    }

    private func bound() throws(MailError) {
        if headersEnd == nil, offset > Self.largestHeaders {
            throw .tooLarge("headers of more than \(Self.largestHeaders) bytes")
        }
        if let partHeaders, offset - partHeaders > Self.largestPartHeaders {
            throw .tooLarge("headers of a part of more than \(Self.largestPartHeaders) bytes")
        }
    }
}
