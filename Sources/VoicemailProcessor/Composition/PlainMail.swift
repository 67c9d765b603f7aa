import Voicemail

/// The text/plain of the new mail.
struct PlainMail {
    let text: String

    init(_ mail: VoicemailMail, _ transcript: Transcript?, _ values: MailValues, _ format: EmailFormat) {
        switch format {
        case .original: text = Self.original(mail, transcript)
        case .html, .text: text = Self.new(mail, transcript, values)
        }
    }

    /// The text of Asterisk, and below it the text of the message.
    private static func original(_ mail: VoicemailMail, _ transcript: Transcript?) -> String {
        guard let transcript, !transcript.text.isEmpty else { return mail.text }
        let gap = mail.text.hasSuffix("\n") ? "\n" : "\n\n"
        return mail.text + gap + lines(transcript.text)
    }

    private static func new(_ mail: VoicemailMail, _ transcript: Transcript?, _ values: MailValues) -> String {
        let named = values.named(mail.note, transcript)
        let value = { (name: String) in PlainText.oneLine(named[name, default: ""]) }
        var text = value("TITLE") + "\n\n"
        let facts = [
            ("From", value("VM_CALLERID")), ("To", value("VM_NAME")), ("Mailbox", value("VM_MAILBOX")),
            ("Date", value("VM_DATE")), ("Length", mail.note.duration.map { "\($0) seconds" } ?? ""),
        ]
        for (name, fact) in facts where !fact.isEmpty {
            text += "\(name):".padded(to: 10) + fact + "\n"
        }
        if let transcript, !transcript.text.isEmpty { text += "\n" + lines(transcript.text) }
        if !value("VM_ALERT").isEmpty { text += "\n" + value("VM_ALERT") + "\n" }
        if !value("FOOTER").isEmpty { text += "\n-- \n" + value("FOOTER") + "\n" }
        return text
    }

    private static func lines(_ text: String) -> String { PlainText.lines(text).joined(separator: "\n") + "\n" }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
