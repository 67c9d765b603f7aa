/// Writes text into a header (RFC 2047).
package enum EncodedWords {
    private static let (begin, end) = ("=?UTF-8?Q?", "?=")
    private static let longestLine = 76

    /// A header with its line end: LF, as in all text for `MailWriter`.
    ///
    /// Always encoded, so that no text can end the header, begin another one or look like an encoded word. Encoding Q,
    /// because some readers join words in Base64 before they decode them, and stop at the padding of the first.
    package static func header(_ name: String, _ text: String) -> String {
        var header = "\(name): "
        // What a line may have beside the frame of its word and the blank before it.
        var room = longestLine - header.utf8.count - begin.utf8.count - end.utf8.count
        header += begin
        for scalar in text.unicodeScalars {
            let encoded = encoded(scalar)
            if encoded.utf8.count > room {
                header += "\(end)\n \(begin)"
                room = longestLine - 1 - begin.utf8.count - end.utf8.count
            }
            header += encoded
            room -= encoded.utf8.count
        }
        return header + end + "\n"
    }

    private static func encoded(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case " ": "_"
        case "0"..."9", "A"..."Z", "a"..."z": String(scalar)
        default:
            String(scalar).utf8.reduce(into: "") { text, byte in
                text += "=" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
