package import Basics

/// A value as written in its source, before it is checked.
package enum SettingInput: Sendable {
    /// From the environment or an env-file.
    case text(String)
    /// From the JSON file.
    case json(JSONValue)

    /// The value as text; `nil` for null, lists and objects.
    var scalar: String? {
        switch self {
        case .text(let text), .json(.string(let text)): text
        case .json(.integer(let value)): String(value)
        case .json(.number(let value)): String(value)
        case .json(.boolean(let value)): String(value)
        case .json(.null), .json(.array), .json(.object): nil
        }
    }

    /// Whether the value is null or only blanks.
    var isEmpty: Bool {
        if case .json(.null) = self { return true }
        return scalar?.utf8.allSatisfy { $0 <= ASCII.space } ?? false
    }

    /// The value in a form for errors: on one line, at most 80 characters, without the secret parts of an address.
    package var shown: String { shown(hiding: Redaction([])) }

    /// The same without secrets, which are removed before the text is shortened.
    func shown(hiding redaction: Redaction) -> String {
        let text =
            switch self {
            case .text(let text), .json(.string(let text)): redaction.shown(text)
            case .json(let value): redaction.shown(Self.encoded(value))
            }
        let line = String(decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7f ? ASCII.space : $0 }, as: UTF8.self)
        let safe = WebAddress.withoutSecrets(line)
        return safe.count > 80 ? safe.prefix(77) + "..." : safe
    }

    /// The value as JSON; the content of an object is hidden because it may contain anything.
    private static func encoded(_ value: JSONValue) -> String {
        switch value {
        case .object: return "{...}"
        case .array(let elements): return "[\(elements.map { encoded($0) }.joined(separator: ","))]"
        case .null, .boolean, .integer, .number, .string:
            var writer = JSONWriter()
            writer.value(value)
            return writer.text
        }
    }
}
