/// Values as text of HTML, also inside an attribute in quotes.
enum HTMLText {
    /// On one line.
    static func escaped(_ value: String) -> String { escape(PlainText.oneLine(value)) }

    /// With `<br>` at the end of each line.
    static func escapedLines(_ value: String) -> String {
        PlainText.lines(value).map { escape($0) }.joined(separator: "<br>\n")
    }

    private static func escape(_ value: String) -> String {
        var html = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": html += "&amp;"
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "\"": html += "&quot;"
            case "'": html += "&#39;"
            default: html.unicodeScalars.append(scalar)
            }
        }
        return html
    }
}
