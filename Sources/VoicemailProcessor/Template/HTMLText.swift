import Basics

/// Values as text of HTML, also inside an attribute in quotes.
enum HTMLText {
    /// On one line.
    static func escaped(_ value: String) -> String { PlainText.oneLine(value).escapedForHTML }

    /// With `<br>` at the end of each line.
    static func escapedLines(_ value: String) -> String {
        PlainText.lines(value).map(\.escapedForHTML).joined(separator: "<br>\n")
    }
}
