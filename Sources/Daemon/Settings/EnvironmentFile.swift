import Basics

/// The content of a `.env` file: lines of the form `NAME=value`.
///
/// `export` before a name, empty lines and lines that begin with `#` are allowed. An unquoted value ends before a blank
/// followed by `#`. In single quotes everything is literal; in double quotes `\n`, `\r`, `\t`, `\"`, `\$` and `\\` are
/// escapes. `$` never refers to another variable, and a value ends with its line.
struct EnvironmentFile: Equatable {
    private(set) var variables: [String: String] = [:]
    /// The names in the order of the file.
    private(set) var names: [String] = []
    private(set) var errors: [ConfigurationError] = []
    private(set) var warnings: [ConfigurationWarning] = []

    /// An error in a line; never shows its content.
    private struct Problem: Error {
        let text: String
    }

    /// Reads all lines.
    ///
    /// - Parameter path: the name of the file in messages.
    init(_ bytes: Bytes, path: String) {
        let content = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes
        for (index, line) in content.split(separator: ASCII.newline, omittingEmptySubsequences: false).enumerated() {
            do throws(Problem) {
                guard let (name, value) = try Self.entry(line) else { continue }
                if variables.updateValue(value, forKey: name) == nil {
                    names.append(name)
                } else {
                    warnings.append(.setTwice(name: name, file: path, line: index + 1))
                }
            } catch {
                errors.append(.envFileSyntax(file: path, line: index + 1, problem: error.text))
            }
        }
    }

    private static func entry(_ line: Bytes) throws(Problem) -> (name: String, value: String)? {
        var rest = trimmed(line)
        guard let first = rest.first, first != UInt8(ascii: "#") else { return nil }
        guard String(validating: rest, as: UTF8.self) != nil else {
            throw Problem(text: "the line is not UTF-8; save the file as UTF-8")
        }
        if rest.starts(with: "export".utf8), rest.dropFirst(6).first.map(isBlank) ?? false {
            rest = trimmed(rest.dropFirst(6))
        }
        guard let sign = rest.firstIndex(of: UInt8(ascii: "=")) else {
            throw Problem(text: "there is no '='; write NAME=value, or # before a comment")
        }
        let name = trimmed(rest[..<sign])
        guard let initial = name.first, !ASCII.isDigit(initial), name.allSatisfy(isNameByte) else {
            throw Problem(text: "what stands before '=' is not a name; use letters, digits and _")
        }
        return (name.text, try value(rest[(sign + 1)...], of: name.text))
    }

    private static func value(_ bytes: Bytes, of name: String) throws(Problem) -> String {
        let content = trimmed(bytes)
        switch content.first {
        case UInt8(ascii: "'"):
            let inside = content.dropFirst()
            guard let end = inside.firstIndex(of: UInt8(ascii: "'")) else { throw unclosed(name) }
            try expectEnd(content[(end + 1)...], after: name)
            return inside[..<end].text
        case ASCII.quote:
            return try quoted(content.dropFirst(), of: name)
        default:
            return unquoted(bytes)
        }
    }

    private static func unquoted(_ bytes: Bytes) -> String {
        var previous = ASCII.newline
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "#"), isBlank(previous) { return trimmed(bytes[..<index]).text }
            previous = bytes[index]
        }
        return trimmed(bytes).text
    }

    private static func quoted(_ bytes: Bytes, of name: String) throws(Problem) -> String {
        var result: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case ASCII.quote:
                try expectEnd(bytes[(index + 1)...], after: name)
                return result[...].text
            case ASCII.backslash where index + 1 < bytes.endIndex:
                index += 1
                result.append(contentsOf: escaped(bytes[index]))
            default: result.append(bytes[index])
            }
            index += 1
        }
        throw unclosed(name)
    }

    /// The meaning of a backslash and this byte: both bytes when they are not an escape.
    private static func escaped(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "n"): [ASCII.newline]
        case UInt8(ascii: "r"): [ASCII.carriageReturn]
        case UInt8(ascii: "t"): [UInt8(ascii: "\t")]
        case ASCII.quote, ASCII.backslash, UInt8(ascii: "$"): [byte]
        default: [ASCII.backslash, byte]
        }
    }

    private static func expectEnd(_ bytes: Bytes, after name: String) throws(Problem) {
        let rest = trimmed(bytes)
        guard rest.isEmpty || (rest.first == UInt8(ascii: "#") && rest.startIndex > bytes.startIndex) else {
            throw Problem(text: "there is text behind the closing quote of \(name); put all of the value in quotes")
        }
    }

    private static func unclosed(_ name: String) -> Problem {
        Problem(text: "the quote of \(name) is not closed on this line; add the closing quote")
    }

    private static func trimmed(_ bytes: Bytes) -> Bytes {
        let start = bytes.firstIndex { !isBlank($0) } ?? bytes.endIndex
        let end = bytes[start...].lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start
        return bytes[start..<end]
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == ASCII.space || byte == UInt8(ascii: "\t") || byte == ASCII.carriageReturn
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || ASCII.lowercased(byte) &- 97 < 26 || byte == UInt8(ascii: "_")
    }
}
