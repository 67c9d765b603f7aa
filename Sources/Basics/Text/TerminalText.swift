/// Makes any text safe to show: on one line, and without characters that a terminal interprets.
package enum TerminalText {
    /// Whether a terminal or a viewer would interpret the character instead of showing it: controls, marks of direction
    /// and other invisible characters, ends of lines.
    package static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// `text` with blanks in place of the characters that would be interpreted.
    package static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { isObeyed($0) ? " " : $0 }))
    }

    /// `text` as a JSON string with its quotes; characters that would be interpreted are escaped and can be read back.
    package static func quoted(_ text: String) -> [UInt8] {
        var bytes = [ASCII.quote]
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": bytes += [ASCII.backslash] + Array(String(scalar).utf8)
            case "\n": bytes += Array("\\n".utf8)
            case "\r": bytes += Array("\\r".utf8)
            case "\t": bytes += Array("\\t".utf8)
            case _ where isObeyed(scalar): for unit in UTF16.encode(scalar) ?? .init() { append(unit, to: &bytes) }
            default: bytes += UTF8.encode(scalar) ?? .init()
            }
        }
        return bytes + [ASCII.quote]
    }

    private static func append(_ unit: UInt16, to bytes: inout [UInt8]) {
        bytes += Array("\\u".utf8) + ASCII.hexadecimal([UInt8(unit >> 8), UInt8(unit & 0xff)])
    }
}
