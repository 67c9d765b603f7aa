package import Basics

/// What Asterisk says when it starts a script: variables about the call, and which script is meant.
///
/// The values are the received bytes; invalid UTF-8 becomes U+FFFD in text. Asterisk does not escape line breaks in
/// them, so what a caller may choose, such as a name, can look like a further variable; the first one of a name counts.
package struct AGIRequest: Sendable, Equatable {
    /// The lines `agi_name: value`, each with its LF, without the blank line that ends them.
    package let bytes: Bytes

    /// The arguments after the URL, `agi_arg_1` and so on; one may be empty.
    package let arguments: [String]

    /// - Parameter bytes: whole lines.
    package init(_ bytes: Bytes) {
        self.bytes = bytes
        arguments = Self.arguments(in: bytes)
    }

    /// The value of a variable, such as `agi_channel`; `nil` when Asterisk did not send it.
    package func value(of name: StaticString) -> Bytes? {
        var rest = bytes
        while let (line, next) = Self.firstLine(of: rest) {
            if let value = Self.value(of: line, name) { return value }
            rest = next
        }
        return nil
    }

    package func text(of name: StaticString) -> String? { value(of: name)?.text }

    private static func firstLine(of bytes: Bytes) -> (line: Bytes, rest: Bytes)? {
        guard !bytes.isEmpty else { return nil }
        let span = bytes.span
        let end = ASCII.firstIndex(of: ASCII.newline, in: span, from: 0, to: span.count) ?? span.count
        return (bytes.prefix(end), bytes.dropFirst(end + 1))
    }

    private static func value(of line: Bytes, _ name: StaticString) -> Bytes? {
        let count = name.utf8CodeUnitCount
        guard line.count > count, line[line.startIndex + count] == ASCII.colon, line.prefix(count).equals(name) else {
            return nil
        }
        let value = line.dropFirst(count + 1)
        return value.first == ASCII.space ? value.dropFirst() : value
    }

    /// What follows the host in `AGI(agi://host/script?query)`, as Asterisk sends it: not decoded.
    private var script: Bytes { value(of: "agi_network_script") ?? [] }

    /// The name of the script: `next-cid` of `agi://host/next-cid?a=b`; empty when there is none.
    package var path: String { script.prefix { $0 != UInt8(ascii: "?") }.text }

    /// The parameters of the query in order, decoded: `+` is a blank, a `%` that begins no escape stays.
    package var parameters: [(name: String, value: String)] {
        let query = script.drop { $0 != UInt8(ascii: "?") }.dropFirst()
        return query.split(separator: UInt8(ascii: "&")).map { pair in
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            let value = pair.dropFirst(name.count + 1)
            return (name.percentDecoded(plusIsBlank: true), value.percentDecoded(plusIsBlank: true))
        }
    }

    /// The first parameter of the query with this name.
    package func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

    private static func arguments(in bytes: Bytes) -> [String] {
        var arguments: [String] = []
        var rest = bytes
        while let (line, next) = Self.firstLine(of: rest) {
            rest = next
            guard let tail = Self.tail(of: line, "agi_arg_"), let colon = tail.firstIndex(of: ASCII.colon),
                tail[..<colon].integer == arguments.count + 1
            else { continue }
            let value = tail[(colon + 1)...]
            arguments.append((value.first == ASCII.space ? value.dropFirst() : value).text)
        }
        return arguments
    }

    private static func tail(of line: Bytes, _ prefix: StaticString) -> Bytes? {
        let count = prefix.utf8CodeUnitCount
        return line.prefix(count).equals(prefix) ? line.dropFirst(count) : nil
    }

    package var uniqueID: String? { text(of: "agi_uniqueid") }
    package var channel: String? { text(of: "agi_channel") }
    package var accountCode: String? { text(of: "agi_accountcode") }
    package var context: String? { text(of: "agi_context") }
    /// What was dialled.
    package var dialledExtension: String? { text(of: "agi_extension") }

    /// The number of the caller; `nil` when Asterisk does not know it.
    package var callerID: String? { Self.known(text(of: "agi_callerid")) }
    package var callerIDName: String? { Self.known(text(of: "agi_calleridname")) }

    private static func known(_ text: String?) -> String? { text == "unknown" ? nil : text }
}
