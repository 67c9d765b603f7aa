package import Basics

/// A value as someone wrote it, before it is checked.
package enum SettingInput: Sendable {
    /// From the environment or an env-file.
    case text(String)
    /// From the JSON file.
    case json(JSONValue)

    /// The value as text, for all but lists and objects.
    var scalar: String? {
        switch self {
        case .text(let text), .json(.string(let text)): text
        case .json(.integer(let value)): String(value)
        case .json(.number(let value)): String(value)
        case .json(.boolean(let value)): String(value)
        case .json(.null), .json(.array), .json(.object): nil
        }
    }

    /// Whether there is nothing but blanks in it.
    var isEmpty: Bool {
        if case .json(.null) = self { return true }
        return scalar?.utf8.allSatisfy { $0 <= ASCII.space } ?? false
    }

    /// The value as an error may show it: on one line, not longer than 80 characters, without what an address may hide.
    package var shown: String { shown(hiding: Redaction([])) }

    /// The same without secrets; they go before anything is cut.
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

    /// An object stays closed: nobody knows what is in it.
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
