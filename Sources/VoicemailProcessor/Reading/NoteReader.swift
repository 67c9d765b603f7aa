import Basics
import Mail

/// Reads what a mail says about its message: the line `p=…`, else Subject, text and headers of Asterisk.
enum NoteReader {
    static func hasNoteLine(_ text: String) -> Bool { text.hasPrefix("p=") }

    static func note(headers: [MailHeader], text: String) -> VoicemailNote {
        let header = { (name: String) in headers.first { $0.isNamed(name) } }
        var note = NoteLine.note(in: text) ?? DefaultText.note(subject: header("Subject")?.value ?? "", text: text)
        note.messageID = header("Message-ID")?.unfolded ?? ""
        note.date = header("Date").flatMap { HeaderDecoding.date($0.unfolded) }
        if let recipient = recipients(headers).first {
            (note.recipientName, note.recipientEmail) = (recipient.name, recipient.address)
        }
        if note.callerID.isEmpty { note.callerNumber = header("X-Asterisk-CallerID")?.unfolded ?? "" }
        if note.callerID.isEmpty { note.callerName = header("X-Asterisk-CallerIDName")?.unfolded ?? "" }
        if note.callerID.isEmpty { note.callerID = CallerIDText.joined(note.callerName, note.callerNumber) }
        if note.name.isEmpty { note.name = note.recipientName }
        if note.dateText.isEmpty { note.dateText = header("Date")?.unfolded ?? "" }
        return note
    }

    static func recipients(_ headers: [MailHeader]) -> [MailAddress] {
        headers.filter { $0.isNamed("To") }.flatMap { HeaderDecoding.addresses($0.unfolded) }
    }

    /// The text of a mail without the line `.` with which Asterisk ends some mails.
    static func withoutFinalDot(_ text: String) -> String {
        for ending in ["\n.\n", "\n.", "\r\n.\r\n", "\r\n."] where text.hasSuffix(ending) {
            return String(text.dropLast(ending.count)) + (ending.hasPrefix("\r\n") ? "\r\n" : "\n")
        }
        return text
    }
}
