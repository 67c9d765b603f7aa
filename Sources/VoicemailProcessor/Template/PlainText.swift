/// Values as text for people: without control characters, and without marks that turn the direction of text around.
enum PlainText {
    /// Line ends and tabs become blanks.
    static func oneLine(_ value: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t", "\u{85}", "\u{2028}", "\u{2029}": if text.last != " " { text.append(" ") }
            case _ where isShown(scalar): text.append(scalar)
            default: break
            }
        }
        return String(text)
    }

    /// The lines of a text, each as `oneLine` would have it.
    static func lines(_ value: String) -> [String] {
        value.split(omittingEmptySubsequences: false) { $0.isNewline }.map { oneLine(String($0)) }
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x202a...0x202e, 0x2066...0x2069, 0x200e, 0x200f, 0x61c: false
        default: scalar.properties.generalCategory != .control
        }
    }
}
