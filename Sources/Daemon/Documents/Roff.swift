/// Text in roff, for pages that `man` shows.
package enum Roff {
    /// Running text; text between backticks is bold and literal.
    package static func text(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        let line = parts.enumerated().map { index, part in
            index.isMultiple(of: 2) ? escaped(String(part)) : "\\fB\(literal(String(part)))\\fR"
        }
        return guarded(line.joined())
    }

    /// Literal text: names, options, paths.
    static func literal(_ text: String) -> String {
        escaped(text).map { $0 == "-" ? "\\-" : "\($0)" }.joined()
    }

    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "\\": "\\e"
            case "'": "\\(aq"
            case "\"": "\\(dq"
            case "`": "\\(ga"
            case "^": "\\(ha"
            case "~": "\\(ti"
            default: "\(character)"
            }
        }
        .joined()
    }

    /// Protects a line that begins with a dot, which would be a roff request.
    private static func guarded(_ line: String) -> String { line.hasPrefix(".") ? "\\&\(line)" : line }
}
