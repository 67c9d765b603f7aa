import Basics

/// A text in a cell that no spreadsheet takes for a formula.
///
/// A text that begins with `=`, `+`, `-` or `@`, after any number of apostrophes, gets one more apostrophe; reading
/// takes one off. So each text is read back as it was, and a text of a file that others wrote stays as it is unless it
/// begins with apostrophes and one of these characters.
enum SpreadsheetText {
    static func written(_ text: String) -> String {
        isFormula(text.utf8.drop { $0 == apostrophe }) ? "'\(text)" : text
    }

    static func read(_ value: Bytes) -> Bytes {
        value.first == apostrophe && isFormula(value.drop { $0 == apostrophe }) ? value.dropFirst() : value
    }

    private static let apostrophe = UInt8(ascii: "'")

    private static func isFormula(_ text: some Collection<UInt8>) -> Bool {
        switch text.first {
        case UInt8(ascii: "="), UInt8(ascii: "+"), ASCII.minus, UInt8(ascii: "@"): true
        default: false
        }
    }
}
