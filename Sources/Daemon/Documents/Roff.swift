/// Text as roff takes it, for pages that `man` shows.
package enum Roff {
    /// Running text; what stands between backticks is bold and literal.
    package static func text(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        let line = parts.enumerated().map { index, part in
            index.isMultiple(of: 2) ? escaped(String(part)) : "\\fB\(literal(String(part)))\\fR"
        }
        return guarded(line.joined())
    }

    /// Text in which each character stays as it is: names, options, paths.
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

    /// A line that begins with a dot would be a request.
    private static func guarded(_ line: String) -> String { line.hasPrefix(".") ? "\\&\(line)" : line }
}
