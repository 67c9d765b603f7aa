package import Basics

/// Splits the bytes from a client into actions, within Asterisk's limits.
package struct PBXActionReader: Sendable {
    /// An action, or an error in place of one.
    package enum Item: Sendable, Equatable {
        case action(PBXAction)
        /// A line is too long for Asterisk's buffer; the message so far is discarded (manager.c, `get_input`).
        case tooLong
        /// The action has too many headers.
        case tooMany
    }

    /// The longest line in bytes, without the line end.
    package static let longestLine = 1022
    package static let mostHeaders = 128

    private var buffer: [UInt8] = []
    private var lines: [Bytes] = []
    private var isOverfull = false

    package init() {}

    /// Adds received bytes.
    package mutating func append(_ bytes: Bytes) { buffer.append(contentsOf: bytes) }

    /// The next complete action or error; `nil` until more bytes arrive.
    package mutating func next() -> Item? {
        while let end = buffer.prefix(Self.longestLine + 2).firstIndex(of: ASCII.newline) {
            var line = buffer[..<end]
            if line.last == ASCII.carriageReturn { line = line.dropLast() }
            let isTooLong = line.count > Self.longestLine
            let copy = Array(line)[...]
            buffer.removeSubrange(...end)
            if isTooLong { return discard() }
            guard copy.isEmpty else {
                if lines.count < Self.mostHeaders { lines.append(copy) } else { isOverfull = true }
                continue
            }
            defer {
                lines = []
                isOverfull = false
            }
            return isOverfull ? .tooMany : .action(PBXAction(lines: lines))
        }
        guard buffer.count >= Self.longestLine + 2 else { return nil }
        buffer.removeFirst(Self.longestLine + 1)
        return discard()
    }

    private mutating func discard() -> Item {
        lines = []
        isOverfull = false
        return .tooLong
    }
}
