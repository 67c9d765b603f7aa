package import Basics

/// A header of a mail with its bytes as they are in the file.
package struct MailHeader: Sendable, Equatable {
    /// The name as it is written, such as `Message-ID`.
    package let name: String
    /// The whole header with its folded lines and line ends.
    package let raw: Bytes

    package init(name: String, raw: Bytes) {
        self.name = name
        self.raw = raw
    }

    package func isNamed(_ other: String) -> Bool { name.lowercased() == other.lowercased() }

    /// The text behind the colon on one line, with encoded words still encoded.
    ///
    /// Bytes are read by the rule of `MailText`.
    package var unfolded: String {
        let behind = raw.drop { $0 != ASCII.colon }.dropFirst()
        return MailText.decode(Bytes(behind.filter { $0 != ASCII.newline && $0 != ASCII.carriageReturn }), charset: "")
            .trimmed
    }

    /// The text behind the colon with encoded words (RFC 2047) decoded.
    package var value: String { HeaderDecoding.text(unfolded) }
}

extension String {
    /// Without blanks and tabs at both ends.
    package var trimmed: String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        var rest = self[...].drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return String(rest)
    }
}
