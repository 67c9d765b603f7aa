import Mail

/// A text of the new mail with its headers, encoded; lines end with LF.
struct TextPart {
    let content: String

    init(type: String, _ text: String) {
        content =
            "Content-Type: \(type); charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n\n"
            + QuotedPrintable.encoded(text)
    }
}
