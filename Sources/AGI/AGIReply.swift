package import Basics

/// What Asterisk sends after the head of a session.
package enum AGIReply: Sendable, Equatable {
    /// `200 result=1 (text)`, the text without its parentheses.
    case result(Int, text: String?)
    /// 510: the command does not exist.
    case unknownCommand
    /// 511: the channel is hung up, and the command needs a live one.
    case deadChannel
    /// 520: the syntax of the command is wrong.
    case invalidSyntax
    /// `HANGUP`, which comes at any time between replies, and at the end of each session.
    case hangup
    /// A line that is none of these, or over a limit.
    case other
}

/// Splits the bytes that follow the head into replies.
///
/// A reply is a line, with two exceptions. A text in parentheses is not escaped, so it may contain line breaks: it ends
/// at the first line that ends with `)`. A 520 has a usage text up to `520 End of proper usage.`.
package struct AGIReplyDecoder: Sendable {
    private enum State { case between, text(Int), usage }

    package static let maximumLine = 8191
    /// The most bytes of a text of several lines, or of a usage text.
    package static let maximumText = 16 << 10

    private var lines = LineSplitter(limit: maximumLine)
    private var state = State.between
    /// The text so far.
    private var text: [UInt8] = []
    private var usageBytes = 0

    package init() {}

    package mutating func append(_ bytes: Bytes) { lines.append(bytes) }

    /// The next reply; `nil` when more bytes are needed.
    package mutating func next() -> AGIReply? {
        while let line = lines.next() {
            guard case .text(let bytes) = line else {
                state = .between
                return .other
            }
            if let reply = take(bytes) { return reply }
        }
        return nil
    }

    private mutating func take(_ line: Bytes) -> AGIReply? {
        switch state {
        case .between: return first(line)
        case .text(let result):
            text.append(ASCII.newline)
            return append(line, result)
        case .usage:
            usageBytes += line.count + 1
            let isEnd = line.equals("520 End of proper usage.")
            guard isEnd || usageBytes > Self.maximumText else { return nil }
            state = .between
            return isEnd ? .invalidSyntax : .other
        }
    }

    private mutating func first(_ line: Bytes) -> AGIReply? {
        if line.equals("HANGUP") { return .hangup }
        if line.prefix(4).equals("510 ") { return .unknownCommand }
        if line.prefix(4).equals("511 ") { return .deadChannel }
        if line.prefix(4).equals("520 ") { return .invalidSyntax }
        if line.prefix(4).equals("520-") {
            (state, usageBytes) = (.usage, 0)
            return nil
        }
        guard line.prefix(11).equals("200 result=") else { return .other }
        let rest = line.dropFirst(11)
        let number = rest.prefix { $0 != ASCII.space }
        guard let result = number.integer else { return .other }
        guard rest.dropFirst(number.count).prefix(2).equals(" (") else { return .result(result, text: nil) }
        text = []
        return append(rest.dropFirst(number.count + 2), result)
    }

    /// Adds a line to the text, which it may end.
    private mutating func append(_ line: Bytes, _ result: Int) -> AGIReply? {
        text.append(contentsOf: line)
        guard text.count <= Self.maximumText else {
            state = .between
            return .other
        }
        guard line.last == UInt8(ascii: ")") else {
            state = .text(result)
            return nil
        }
        state = .between
        return .result(result, text: text.dropLast().text)
    }
}
