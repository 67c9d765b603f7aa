/// Cuts a stream of bytes into rows of comma-separated values.
///
/// A value in quotes may hold commas, line ends and quotes, these doubled. A row that is not written so costs only the
/// line it begins in: reading goes on with the next line. No more is held than the longest row that is allowed.
package struct CSVDecoder: Sendable {
    package enum Row: Equatable, Sendable {
        case values([[UInt8]])
        /// Not a row, and why.
        case broken(String)
    }

    /// The number of the line in which the row begins that was given last, counted from 1.
    package private(set) var line = 0
    private let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0
    private var nextLine = 1
    private var isSkipping = false

    package init(limit: Int) { self.limit = limit }

    package mutating func append(_ bytes: Bytes) {
        buffer.removeSubrange(..<start)
        start = 0
        buffer.append(contentsOf: bytes)
    }

    /// The next whole row, `nil` when more bytes are needed; empty lines are passed over.
    ///
    /// - Parameter isAtEnd: whether there are no more bytes to come.
    package mutating func next(isAtEnd: Bool = false) -> Row? {
        while start < buffer.count {
            if isSkipping {
                dropLine()
                continue
            }
            line = nextLine
            var scan = Scan(buffer, from: start, isAtEnd: isAtEnd)
            switch scan.run() {
            case .row(_, let end) where end - start > limit:
                dropLine()
                return tooLong
            case .row(let values, let end):
                nextLine += buffer[start..<end].count { $0 == ASCII.newline }
                start = end
                if values != [[]] { return .values(values) }
            // However the bytes come: a row that is too long is that first.
            case .malformed(let place) where place - start >= limit:
                dropLine()
                return tooLong
            case .malformed:
                dropLine()
                return .broken("there is text behind the closing quote of a value")
            case .incomplete where buffer.count - start > limit:
                dropLine()
                return tooLong
            case .incomplete where isAtEnd:
                dropLine()
                return .broken("the last quote is not closed")
            case .incomplete: return nil
            }
        }
        return nil
    }

    private var tooLong: Row { .broken("the row does not end within \(limit) bytes; a quote may be missing") }

    /// Passes over what is left of a line; what of it has not come yet follows later.
    private mutating func dropLine() {
        let end = ASCII.firstIndex(of: ASCII.newline, in: buffer.span, from: start, to: buffer.count)
        isSkipping = end == nil
        start = end.map { $0 + 1 } ?? buffer.count
        if end != nil { nextLine += 1 }
    }

    /// Reads one row.
    private struct Scan {
        enum Outcome { case row([[UInt8]], end: Int), incomplete, malformed(at: Int) }

        private let buffer: [UInt8]
        private var index: Int
        private let isAtEnd: Bool
        private var values: [[UInt8]] = []
        private var value: [UInt8] = []

        init(_ buffer: [UInt8], from start: Int, isAtEnd: Bool) {
            self.buffer = buffer
            self.isAtEnd = isAtEnd
            index = start
        }

        mutating func run() -> Outcome {
            while true {
                value = []
                if index < buffer.count, buffer[index] == ASCII.quote {
                    guard readQuoted() else { return .incomplete }
                } else {
                    readPlain()
                }
                values.append(value)
                if index == buffer.count { return isAtEnd ? .row(values, end: index) : .incomplete }
                if buffer[index] == ASCII.carriageReturn {
                    index += 1
                    if index == buffer.count { return isAtEnd ? .row(values, end: index) : .incomplete }
                    guard buffer[index] == ASCII.newline else { return .malformed(at: index) }
                }
                guard buffer[index] == ASCII.comma || buffer[index] == ASCII.newline else {
                    return .malformed(at: index)
                }
                index += 1
                if buffer[index - 1] == ASCII.newline { return .row(values, end: index) }
            }
        }

        /// Stops behind the closing quote; `false` when there is none yet.
        private mutating func readQuoted() -> Bool {
            index += 1
            while index < buffer.count {
                let byte = buffer[index]
                index += 1
                guard byte == ASCII.quote else {
                    value.append(byte)
                    continue
                }
                if index == buffer.count { return isAtEnd }
                guard buffer[index] == ASCII.quote else { return true }
                value.append(byte)
                index += 1
            }
            return false
        }

        /// Stops at a comma or a line end.
        private mutating func readPlain() {
            while index < buffer.count, buffer[index] != ASCII.comma, buffer[index] != ASCII.newline {
                guard buffer[index] != ASCII.carriageReturn || !isLineEnd(index + 1) else { return }
                value.append(buffer[index])
                index += 1
            }
        }

        private func isLineEnd(_ index: Int) -> Bool { index == buffer.count || buffer[index] == ASCII.newline }
    }
}
