package import Mail

/// A mail that Asterisk made of a voicemail message.
///
/// One thread at a time uses an instance.
package final class VoicemailMail {
    /// What to do with a mail.
    package enum Kind {
        /// A new mail takes its place; `audio` is what can be transcribed, if anything.
        case message(audio: AudioPart?)
        /// A text for a pager or a mobile phone, which goes on unchanged.
        case pager
    }

    package let kind: Kind
    package let note: VoicemailNote
    /// The decoded Subject; empty when there is none.
    package var subject: String { file.header("Subject")?.value ?? "" }
    let file: MailFile
    /// The part with the text of Asterisk; `nil` when there is none.
    let textPart: MailPart?
    /// The text of Asterisk, without a line `.` at the end of the mail.
    let text: String

    /// Reads the mail in a file.
    ///
    /// Blocks. The file is read again while a new mail is written, so it must stay as it is.
    ///
    /// - Parameter isPager: whether an address gets pager mails. It is asked about each recipient of a mail without
    ///   audio.
    /// - Throws: `MailError` for a mail that cannot be taken apart; it goes on unchanged.
    package static func open(
        _ path: String,
        isPager: (String) -> Bool = { _ in false }
    ) throws(MailError) -> VoicemailMail {
        try VoicemailMail(MailFile(path: path), isPager: isPager)
    }

    init(_ file: MailFile, isPager: (String) -> Bool) throws(MailError) {
        self.file = file
        let audio = file.parts.first { AudioRules.isAudio($0) }
        let textPart = file.parts.first { $0.contentType == "text/plain" && !$0.isAttachment && $0 != audio }
        var text = ""
        if let textPart { text = try file.text(of: textPart) }
        if !file.isMultipart { text = NoteReader.withoutFinalDot(text) }
        self.text = text
        self.textPart = textPart
        note = NoteReader.note(headers: file.headers, text: text)

        let recipients = NoteReader.recipients(file.headers)
        let isOnlyText = file.parts.allSatisfy { $0 == textPart } && !NoteReader.hasNoteLine(text)
        if audio == nil, isOnlyText || recipients.contains(where: { isPager($0.address) }) {
            kind = .pager
        } else if let audio, AudioRules.hasSound(try file.decodedPrefix(of: audio, AudioRules.headerLimit)) {
            kind = .message(audio: AudioPart(mail: file, part: audio))
        } else {
            kind = .message(audio: nil)
        }
    }
}
