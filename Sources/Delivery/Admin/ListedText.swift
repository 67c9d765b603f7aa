import Basics

/// Text from outside in a form that is safe for lists.
package enum ListedText {
    /// The longest text in a list, in characters; longer text is cut.
    private static let longest = 300

    /// The beginning of `text`, with possible phone numbers masked except for their last four digits.
    package static func shortened(_ text: String) -> String {
        // A number may continue after the cut, so it is masked as a whole first.
        let shown = Masking.masked(String(text.prefix(2 * longest)))
        return shown.count > longest ? shown.prefix(longest - 1) + "…" : shown
    }

    /// `text` on one line, without characters that control a terminal.
    package static func oneLine(_ text: String) -> String { TerminalText.oneLine(text) }

    /// A path on one line of a terminal, with each byte recognisable.
    ///
    /// Bytes that are not UTF-8 or would control the terminal are escaped as in bash's `$'…'`.
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
