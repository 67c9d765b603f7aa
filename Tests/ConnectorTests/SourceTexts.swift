import Basics
import Daemon
import TestSupport

@testable import Connector

/// The string literals of the program, as text that a document may quote.
struct SourceTexts {
    private let texts: [String]

    /// Reads all sources; literals joined by `+` are one text, and values inside of them are `…`.
    init() throws {
        texts = try LogMessages.sources().flatMap { path in
            Self.literals(in: try FileContents.read(path)[...])
        }
    }

    /// Whether one of them has all of `quote` in it; `…` in the quote stands for anything.
    func contain(_ quote: String) -> Bool {
        let parts = quote.split(separator: "…").map { String($0).trimmingBlanks }.filter { !$0.isEmpty }
        return texts.contains { text in
            var rest = text[...]
            return parts.allSatisfy { part in
                guard let found = rest.firstRange(of: part) else { return false }
                rest = rest[found.upperBound...]
                return true
            }
        }
    }

    static func literals(in source: Bytes) -> [String] {
        var found: [String] = []
        var rest = source
        while let start = rest.firstIndex(of: ASCII.quote) {
            rest = rest[(start + 1)...]
            var text = take(&rest)
            while let next = continuation(of: rest) {
                rest = next
                text += take(&rest)
            }
            found.append(text[...].text)
        }
        return found
    }

    /// Behind `+` and the quote of the next literal; `nil` when the text ends here.
    private static func continuation(of rest: Bytes) -> Bytes? {
        let plus = rest.drop { $0 <= ASCII.space }
        guard plus.first == UInt8(ascii: "+") else { return nil }
        let next = plus.dropFirst().drop { $0 <= ASCII.space }
        return next.first == ASCII.quote ? next.dropFirst() : nil
    }

    /// What stands before the closing quote.
    private static func take(_ rest: inout Bytes) -> [UInt8] {
        let triple = [ASCII.quote, ASCII.quote]
        let isLong = rest.starts(with: triple)
        if isLong { rest = rest.dropFirst(2) }
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case ASCII.quote where !isLong: return text
            case ASCII.quote where rest.starts(with: triple):
                rest = rest.dropFirst(2)
                return text
            case ASCII.backslash: escape(&rest, &text)
            case ASCII.newline where !isLong: return text
            default: text.append(byte)
            }
        }
        return text
    }

    private static func escape(_ rest: inout Bytes, _ text: inout [UInt8]) {
        switch rest.popFirst() {
        case UInt8(ascii: "("):
            var depth = 1
            while depth > 0, let byte = rest.popFirst() {
                depth += byte == UInt8(ascii: "(") ? 1 : byte == UInt8(ascii: ")") ? -1 : 0
            }
            text += "…".utf8
        case ASCII.newline: rest = rest.drop { $0 <= ASCII.space }
        case let byte?: text.append(byte)
        case nil: break
        }
    }
}
