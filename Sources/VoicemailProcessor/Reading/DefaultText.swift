/// What Subject and text say that Asterisk writes without `emailsubject` and `emailbody`, in English.
///
///     Subject: [PBX]: New message 3 in mailbox 101
///
///     Dear Alice:
///
///         Just wanted to let you know you were just left a 0:04 long message (number 3)
///     in mailbox 101 from "Ann" <4165550000>, on Friday, November 27, 2026 at 10:22:12 PM so you might …
///
/// Number, length and mailbox stand before the name of the caller in the text. In the Subject the mailbox is the last
/// word. So a caller cannot write them.
enum DefaultText {
    static func note(subject: String, text: String) -> VoicemailNote {
        var note = VoicemailNote()
        note.messageNumber = number(behind: "essage ", in: subject) ?? number(behind: "(number ", in: text)
        note.mailbox = lastMailbox(of: subject) ?? word(behind: "in mailbox ", in: text) ?? ""
        note.duration = word(behind: "were just left a ", in: text).flatMap { NoteLine.seconds($0[...]) }
        return note
    }

    private static func number(behind mark: String, in text: String) -> Int? {
        guard let place = text.firstRange(of: mark) else { return nil }
        return NoteLine.number(text[place.upperBound...].prefix { $0.isASCII && $0.isNumber })
    }

    private static func word(behind mark: String, in text: String) -> String? {
        guard let place = text.firstRange(of: mark) else { return nil }
        let word = text[place.upperBound...].prefix { !$0.isWhitespace && $0 != "," && $0 != "." }
        return word.isEmpty || word.count > 80 ? nil : String(word)
    }

    /// The last word of a subject that ends with `in 101` or `mailbox 101`.
    private static func lastMailbox(of subject: String) -> String? {
        let words = subject.split(separator: " ")
        guard words.count >= 2, ["in", "mailbox"].contains(words[words.count - 2].lowercased()) else { return nil }
        let word = words[words.count - 1]
        return word.count > 80 ? nil : String(word)
    }
}
