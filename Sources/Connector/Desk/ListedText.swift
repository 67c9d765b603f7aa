/// Text from outside as a list may show it.
enum ListedText {
    /// Longer text is cut in lists.
    private static let longest = 300
    /// So many digits in a row may be a caller's number.
    private static let shortestNumber = 7

    /// The beginning of `text`, with all but the last four digits of what may be a caller's number hidden.
    static func shortened(_ text: String) -> String {
        var shown = ""
        var digits = ""
        func masked() -> String {
            guard digits.count >= shortestNumber else { return digits }
            return String(repeating: "*", count: digits.count - 4) + digits.suffix(4)
        }
        // Behind the cut a number may go on: it is masked as a whole first.
        for character in text.prefix(2 * longest) {
            if character.isNumber {
                digits.append(character)
            } else {
                shown += masked()
                shown.append(character)
                digits = ""
            }
        }
        shown += masked()
        return shown.count > longest ? shown.prefix(longest - 1) + "…" : shown
    }

    /// `text` on one line of a terminal, without anything that a terminal would obey.
    static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { isObeyed($0) ? " " : $0 }))
    }

    private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
