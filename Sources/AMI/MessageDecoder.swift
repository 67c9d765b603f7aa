package import Basics

/// Splits a stream of bytes into messages.
///
/// Bytes go in with `append`, in pieces of any size; `nextFrame` returns messages until it returns `nil`. A message
/// ends with a blank line; stray blank lines are skipped. Where its first line ends with CRLF, all of its lines do, and
/// a bare LF is part of a value: Asterisk does not filter a userfield or a caller's name (main/manager.c). Where its
/// first line ends with LF alone, lines end with LF or CRLF.
package struct MessageDecoder: Sendable {
    /// A message with more bytes or more lines is skipped and counted.
    package struct Limits: Sendable {
        package var bytes = 256 << 10
        package var lines = 1000

        package init() {}
    }

    /// The number of messages that were over a limit.
    package private(set) var skippedMessages = 0

    private let limits: Limits
    private var buffer: [UInt8] = []
    /// The start of the current message, and of the current line.
    private var messageStart = 0
    private var lineStart = 0
    /// The index up to which the line was searched for its end.
    private var searched = 0
    private var lines = 0
    /// Whether the first line of the message ended with CRLF.
    private var endsWithReturn = false
    private var isSkipping = false
    /// Whether text of the current line was dropped, so that the line is not blank.
    private var hasDroppedText = false
    private var isCdr = false
    private var isGreetingExpected: Bool
    /// The start of an `Event:` line inside a Cdr: the next message begins there if `Privilege:` follows.
    private var suspect: Int?

    /// - Parameter expectsGreeting: whether the first line is a message of its own, as at the start of a connection,
    ///   where no blank line follows it (main/manager.c, session_do).
    package init(expectsGreeting: Bool = false, limits: Limits = Limits()) {
        isGreetingExpected = expectsGreeting
        self.limits = limits
    }

    /// The number of bytes of a message that has begun but not ended.
    package var unfinishedBytes: Int { buffer.count - messageStart }

    /// Adds received bytes.
    ///
    /// Release earlier frames first: while one is held, the buffer is copied.
    package mutating func append(_ bytes: Bytes) {
        discardConsumed()
        buffer.append(contentsOf: bytes)
    }

    /// The next message, decoded; `nil` when more bytes are needed.
    package mutating func next() -> AMIMessage? { nextFrame().map(AMIMessage.init) }

    /// The bytes of the next message, without its blank line; `nil` when more bytes are needed.
    package mutating func nextFrame() -> Bytes? {
        while let newline = ASCII.firstIndex(of: ASCII.newline, in: buffer.span, from: searched, to: buffer.count) {
            let hasReturn = newline > lineStart && isReturn(newline - 1)
            if lines == 0 {
                endsWithReturn = hasReturn
            } else if endsWithReturn, !hasReturn {
                searched = newline + 1
                continue
            }
            let line = lineStart..<newline
            let isBlank = !hasDroppedText && (line.isEmpty || (line.count == 1 && isReturn(line.lowerBound)))
            lineStart = newline + 1
            searched = lineStart
            hasDroppedText = false
            if isBlank {
                if let frame = end(at: line.lowerBound) { return frame }
            } else if isGreetingExpected {
                isGreetingExpected = false
                if !isSkipping, lineStart - messageStart > limits.bytes { skip() }
                if let frame = end(at: lineStart) { return frame }
            } else if let frame = take(line) {
                return frame
            }
        }
        searched = buffer.count
        // A CR at the start of a line may be part of the blank line, which does not count.
        let isMaybeBlank = buffer.count == lineStart + 1 && isReturn(lineStart)
        if isSkipping || unfinishedBytes - (isMaybeBlank ? 1 : 0) > limits.bytes { dropUnfinishedLine() }
        return nil
    }

    /// Processes one more line of the message; returns the message before it when this line shows that it had ended.
    private mutating func take(_ line: Range<Int>) -> Bytes? {
        lines += 1
        if !isSkipping && (lines > limits.lines || lineStart - messageStart > limits.bytes) { skip() }
        guard !isSkipping else {
            messageStart = lineStart
            return nil
        }
        if lines == 1 {
            isCdr = isEventCdr(line)
            return nil
        }
        return isCdr ? unendedCdr(before: line) : nil
    }

    /// Detects a Cdr that lost its blank line because its mapped values overflowed (cdr/cdr_manager.c): an `Event:`
    /// line followed by a `Privilege:` line begins the next message.
    ///
    /// Anywhere else such a line is data.
    private mutating func unendedCdr(before line: Range<Int>) -> Bytes? {
        defer { suspect = begins(line, with: Self.event) ? line.lowerBound : nil }
        guard let start = suspect, begins(line, with: Self.privilege) else { return nil }
        let frame = buffer[messageStart..<start]
        messageStart = start
        lines = 2
        let first = start..<line.lowerBound - 1
        isCdr = isEventCdr(first)
        endsWithReturn = isReturn(first.upperBound - 1)
        return frame
    }

    /// Ends the message before `end`; the next one begins with the next line.
    private mutating func end(at end: Int) -> Bytes? {
        let message = messageStart..<end
        let isWanted = !isSkipping && !message.isEmpty
        messageStart = lineStart
        lines = 0
        isSkipping = false
        isCdr = false
        suspect = nil
        return isWanted ? buffer[message] : nil
    }

    private mutating func skip() {
        isSkipping = true
        skippedMessages += 1
        suspect = nil
    }

    /// Frees what has arrived of a message over the limits; remembers that its last line is not blank.
    ///
    /// A CR at the end stays: followed by an LF, it ends the line.
    private mutating func dropUnfinishedLine() {
        if !isSkipping { skip() }
        guard let last = buffer.indices.last, last >= lineStart else { return messageStart = lineStart }
        let kept = isReturn(last) ? last : buffer.count
        if kept > lineStart {
            hasDroppedText = true
            lineStart = kept
        }
        messageStart = lineStart
    }

    private mutating func discardConsumed() {
        guard messageStart > 0 else { return }
        buffer.removeSubrange(..<messageStart)
        lineStart -= messageStart
        searched -= messageStart
        suspect = suspect.map { $0 - messageStart }
        messageStart = 0
    }

    private static let eventCdr = Array("event: cdr".utf8)
    private static let event = Array("event:".utf8)
    private static let privilege = Array("privilege:".utf8)

    private func begins(_ line: Range<Int>, with prefix: [UInt8]) -> Bool {
        guard line.count >= prefix.count, ASCII.lowercased(buffer[line.lowerBound]) == prefix[0] else { return false }
        let span = buffer.span
        for index in prefix.indices where ASCII.lowercased(span[line.lowerBound + index]) != prefix[index] {
            return false
        }
        return true
    }

    private func isEventCdr(_ line: Range<Int>) -> Bool {
        let length = isReturn(line.upperBound - 1) ? line.count - 1 : line.count
        return length == Self.eventCdr.count && begins(line, with: Self.eventCdr)
    }

    private func isReturn(_ index: Int) -> Bool { buffer[index] == ASCII.carriageReturn }
}
