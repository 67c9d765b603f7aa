package import Basics

/// Cuts the bytes that a client sends into actions, within Asterisk's limits.
package struct PBXActionReader: Sendable {
    package enum Item: Sendable, Equatable {
        case action(PBXAction)
        /// A line did not fit into Asterisk's buffer; the message so far is gone (manager.c, `get_input`).
        case tooLong
        /// More headers than an action may have.
        case tooMany
    }

    /// Without the line's end.
    package static let longestLine = 1022
    package static let mostHeaders = 128

    private var buffer: [UInt8] = []
    private var lines: [Bytes] = []
    private var isOverfull = false

    package init() {}

    package mutating func append(_ bytes: Bytes) { buffer.append(contentsOf: bytes) }

    /// The next whole action, or what is wrong with it; `nil` until more bytes have come.
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
