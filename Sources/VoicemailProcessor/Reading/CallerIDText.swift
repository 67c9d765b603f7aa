/// Name and number of a caller as Asterisk joins them: `"Ann \"A\" Lee" <4165550000>`, or one of both.
enum CallerIDText {
    static func split(_ text: String) -> (name: String, number: String) {
        let text = text[...].trimmed
        if text.hasSuffix(">"), let open = text.lastIndex(of: "<") {
            let number = text[text.index(after: open)...].dropLast()
            return (unquoted(text[..<open].trimmed), String(number))
        }
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) || "+*#".utf8.contains($0) }
        return isNumber ? ("", String(text)) : (unquoted(text), "")
    }

    static func joined(_ name: String, _ number: String) -> String {
        guard !name.isEmpty else { return number }
        return number.isEmpty ? name : "\"\(name)\" <\(number)>"
    }

    private static func unquoted(_ text: Substring) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return String(text) }
        var name = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                name.append(character)
                isEscaped = false
            }
        }
        return name
    }
}

extension Substring {
    /// Without blanks and line ends at both ends.
    var trimmed: Substring {
        var rest = drop { $0.isWhitespace }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest
    }
}
