/// Splits a stream of bytes into lines, and holds no more of it than the longest line that is allowed.
package struct LineSplitter: Sendable {
    package enum Line: Equatable, Sendable {
        /// Without its line end.
        case text(Bytes)
        /// Longer than allowed; its content is dropped.
        case tooLong
    }

    /// The number of the last returned line, counted from 1.
    package private(set) var number = 0
    private let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0
    /// There is no line end before this index.
    private var searched = 0
    private var isSkipping = false

    /// - Parameter limit: the most bytes of a line.
    package init(limit: Int) { self.limit = limit }

    package mutating func append(_ bytes: Bytes) {
        buffer.removeSubrange(..<start)
        searched -= start
        start = 0
        buffer.append(contentsOf: bytes)
    }

    /// The next whole line; `nil` when more bytes are needed.
    package mutating func next() -> Line? {
        guard let end = ASCII.firstIndex(of: ASCII.newline, in: buffer.span, from: searched, to: buffer.count) else {
            searched = buffer.count
            if buffer.count - start > limit { isSkipping = true }
            if isSkipping { start = buffer.count }
            return nil
        }
        return line(endingAt: end, next: end + 1)
    }

    /// The rest after the last line end, once there are no more bytes; `nil` when there is none.
    package mutating func finish() -> Line? {
        guard start < buffer.count || isSkipping else { return nil }
        return line(endingAt: buffer.count, next: buffer.count)
    }

    private mutating func line(endingAt end: Int, next: Int) -> Line {
        defer {
            start = next
            searched = next
            isSkipping = false
        }
        number += 1
        let text = buffer[start..<end]
        return isSkipping || text.count > limit ? .tooLong : .text(text)
    }
}
