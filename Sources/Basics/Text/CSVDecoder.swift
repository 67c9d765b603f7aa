/// Splits a stream of bytes into rows of values with commas, or another separator, between them.
///
/// A quoted value may contain separators, line ends and doubled quotes. A malformed row loses only the line it begins in:
/// reading continues with the next line. The decoder holds no more than the longest row that is allowed.
package struct CSVDecoder: Sendable {
    package enum Row: Equatable, Sendable {
        case values([[UInt8]])
        /// The reason why this is not a row.
        case broken(String)
    }

    /// The number of the line in which the last returned row begins, counted from 1.
    package private(set) var line = 0
    private let limit: Int
    private let comment: UInt8?
    private var buffer: [UInt8] = []
    private var start = 0
    private var nextLine = 1
    private var isSkipping = false
    private var scan: Scan

    /// The number of bytes examined, for tests of how the work grows.
    package var steps: Int { scan.steps }

    /// - Parameters:
    ///   - limit: the most bytes of a row.
    ///   - separator: the byte between values.
    ///   - comment: the byte at which a line begins that is skipped; `nil` for none.
    package init(limit: Int, separator: UInt8 = ASCII.comma, comment: UInt8? = nil) {
        self.limit = limit
        self.comment = comment
        scan = Scan(separator: separator)
    }

    package mutating func append(_ bytes: Bytes) {
        buffer.removeSubrange(..<start)
        start = 0
        buffer.append(contentsOf: bytes)
    }

    /// The next whole row, without empty lines; `nil` when more bytes are needed.
    ///
    /// - Parameter isAtEnd: whether there are no more bytes to come.
    package mutating func next(isAtEnd: Bool = false) -> Row? {
        while start < buffer.count {
            if isSkipping {
                dropLine()
                continue
            }
            line = nextLine
            if buffer[start] == comment {
                dropLine()
                continue
            }
            switch scan.run(buffer, from: start, isAtEnd: isAtEnd) {
            case .row(_, let end) where end - start > limit:
                dropLine()
                return tooLong
            case .row(let values, let end):
                nextLine += buffer[start..<end].count { $0 == ASCII.newline }
                start = end
                scan.restart()
                if values != [[]] { return .values(values) }
            // Too long wins over malformed, so that the result does not depend on how the bytes were cut.
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

    /// Skips the rest of a line; the part that has not arrived yet is skipped later.
    private mutating func dropLine() {
        scan.restart()
        let end = ASCII.firstIndex(of: ASCII.newline, in: buffer.span, from: start, to: buffer.count)
        isSkipping = end == nil
        start = end.map { $0 + 1 } ?? buffer.count
        if end != nil { nextLine += 1 }
    }

    /// Reads one row; continues where it stopped when more bytes have arrived.
    private struct Scan {
        enum Outcome { case row([[UInt8]], end: Int), incomplete, malformed(at: Int) }

        private enum Place { case begin, plain, quoted, behindQuote }

        private let separator: UInt8
        private var place = Place.begin
        /// How many bytes of the row were read.
        private var taken = 0
        private var values: [[UInt8]] = []
        private var value: [UInt8] = []
        private(set) var steps = 0

        init(separator: UInt8) { self.separator = separator }

        /// Begins a row.
        mutating func restart() {
            let known = steps
            self = Scan(separator: separator)
            steps = known
        }

        /// - Parameter start: where the row begins; the bytes of earlier calls must still follow it.
        mutating func run(_ buffer: [UInt8], from start: Int, isAtEnd: Bool) -> Outcome {
            while true {
                let index = start + taken
                guard index < buffer.count else {
                    guard isAtEnd, place != .quoted else { return .incomplete }
                    return .row(values + [value], end: index)
                }
                steps += 1
                let byte = buffer[index]
                let next = index + 1 < buffer.count ? buffer[index + 1] : nil
                // The next byte decides what a quote or a carriage return means.
                let isOpen = next == nil && !isAtEnd
                switch (place, byte) {
                case (.begin, ASCII.quote): (place, taken) = (.quoted, taken + 1)
                case (.begin, _): place = .plain
                case (.quoted, ASCII.quote):
                    if isOpen { return .incomplete }
                    if next == ASCII.quote { value.append(byte) } else { place = .behindQuote }
                    taken += next == ASCII.quote ? 2 : 1
                case (.quoted, _): take(byte)
                case (_, ASCII.carriageReturn) where isOpen: return .incomplete
                case (_, ASCII.carriageReturn) where next == nil || next == ASCII.newline:
                    return .row(values + [value], end: min(index + 2, buffer.count))
                case (_, ASCII.newline): return .row(values + [value], end: index + 1)
                case (_, separator): endValue()
                case (.behindQuote, ASCII.carriageReturn): return .malformed(at: index + 1)
                case (.behindQuote, _): return .malformed(at: index)
                case (.plain, _): take(byte)
                }
            }
        }

        private mutating func take(_ byte: UInt8) {
            value.append(byte)
            taken += 1
        }

        private mutating func endValue() {
            values.append(value)
            value = []
            (place, taken) = (.begin, taken + 1)
        }
    }
}
