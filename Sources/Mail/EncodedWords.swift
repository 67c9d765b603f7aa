import Basics

/// Writes text into a header (RFC 2047).
package enum EncodedWords {
    /// How many bytes of text a word may have: its Base64 and the frame take 75 characters at most.
    private static let bytesInWord = 45

    /// A header with its line end: LF, as in all text for `MailWriter`.
    ///
    /// Always encoded, so that no text can end the header, begin another one or look like an encoded word. Lines have
    /// at most 76 characters when the name has at most 13.
    package static func header(_ name: String, _ text: String) -> String {
        var words: [String] = []
        var word: [UInt8] = []
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            let limit = words.isEmpty ? bytesInWord - 12 : bytesInWord
            if word.count + bytes.count > limit {
                words.append(Base64.encoded(word))
                word = []
            }
            word += bytes
        }
        words.append(Base64.encoded(word))
        return "\(name): " + words.map { "=?UTF-8?B?\($0)?=" }.joined(separator: "\n ") + "\n"
    }
}
