import Basics

/// Text from outside as a list may show it.
package enum ListedText {
    /// Longer text is cut in lists.
    private static let longest = 300

    /// The beginning of `text`, with all but the last four digits of what may be a caller's number hidden.
    package static func shortened(_ text: String) -> String {
        // Behind the cut a number may go on: it is masked as a whole first.
        let shown = Masking.masked(String(text.prefix(2 * longest)))
        return shown.count > longest ? shown.prefix(longest - 1) + "…" : shown
    }

    /// `text` on one line of a terminal, without anything that a terminal would obey.
    package static func oneLine(_ text: String) -> String { TerminalText.oneLine(text) }

    /// A path on one line of a terminal, so that each byte of it can still be told: what is not UTF-8 or would be obeyed is
    /// escaped as bash reads it between `$'` and `'`.
    package static func path(_ path: [UInt8]) -> String {
        guard path.contains(where: { $0 < 0x20 || $0 >= 0x7f || $0 == ASCII.backslash }) else {
            return path[...].text
        }
        var text = ""
        var parser = Unicode.UTF8.ForwardParser()
        var bytes = path.makeIterator()
        var position = 0
        while true {
            switch parser.parseScalar(from: &bytes) {
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                text += escaped(scalar, path[position..<position + encoded.count])
                position += encoded.count
            case .error(let length):
                text += hexadecimal(path[position..<position + length])
                position += length
            case .emptyInput: return text
            }
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar, _ bytes: Bytes) -> String {
        switch scalar {
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: TerminalText.isObeyed(scalar) ? hexadecimal(bytes) : String(Character(scalar))
        }
    }

    private static func hexadecimal(_ bytes: Bytes) -> String {
        bytes.map { "\\x" + ASCII.hexadecimal([$0])[...].text }.joined()
    }
}
