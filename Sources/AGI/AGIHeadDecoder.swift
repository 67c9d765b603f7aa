package import Basics

/// Collects the head of a session: lines with LF at the end, up to a blank one.
package struct AGIHeadDecoder: Sendable {
    package enum Outcome: Sendable, Equatable {
        case incomplete
        /// The head, and what was received after it.
        case complete(AGIRequest, rest: Bytes)
        /// It is over a limit, or the peer is no Asterisk.
        case invalid
    }

    package static let maximumBytes = 16 << 10
    package static let maximumLines = 128
    /// Without its line end.
    package static let maximumLine = 8191

    private static let prefix = Array("agi_".utf8)

    private var buffer: [UInt8] = []
    private var lineStart = 0
    private var searched = 0
    private var lines = 0

    package init() {}

    /// Adds received bytes; to be called until the head is complete or invalid.
    package mutating func append(_ bytes: Bytes) -> Outcome {
        buffer.append(contentsOf: bytes)
        guard buffer.prefix(4).elementsEqual(Self.prefix.prefix(buffer.count)) else { return .invalid }
        while let end = ASCII.firstIndex(of: ASCII.newline, in: buffer.span, from: searched, to: buffer.count) {
            guard end - lineStart <= Self.maximumLine, end < Self.maximumBytes else { return .invalid }
            if end == lineStart { return .complete(AGIRequest(buffer[..<end]), rest: buffer[(end + 1)...]) }
            lines += 1
            guard lines <= Self.maximumLines else { return .invalid }
            lineStart = end + 1
            searched = lineStart
        }
        searched = buffer.count
        let isTooLong = buffer.count - lineStart > Self.maximumLine || buffer.count > Self.maximumBytes
        return isTooLong ? .invalid : .incomplete
    }
}
