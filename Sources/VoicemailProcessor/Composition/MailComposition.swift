package import Basics
import Glibc
package import Mail
package import Voicemail

/// The new mail for a voicemail message.
///
///     the headers of the original, in their order and byte for byte,
///       but Content-Type, Content-Transfer-Encoding and MIME-Version
///     multipart/mixed
///       multipart/alternative
///         text/plain           UTF-8, quoted-printable
///         text/html            from the template, or from the API
///       audio/x-wav            the bytes of the original, with its headers
///
/// Without audio it is the multipart/alternative alone; with another format than HTML the text/plain takes its place.
/// Guarantees:
///
/// - No value of a caller is written to a header. The Subject is replaced only when the API answers with one.
/// - A boundary is random and occurs in no part.
/// - Line ends are those of the original. Lines that this program writes have at most 76 characters.
/// - The audio is copied in pieces; what is in memory is text and HTML.
///
/// ```swift
/// let mail = try VoicemailMail.open("/var/spool/x/1.eml")
/// let composition = MailComposition(mail: mail, transcript: nil, template: template, format: .html, values: values)
/// try composition.write(to: "/var/spool/x/1.new")
/// ```
package struct MailComposition {
    private let mail: VoicemailMail
    private let transcript: Transcript?
    private let template: Template
    private let format: EmailFormat
    private let values: MailValues
    private let boundaries: BoundaryMaker

    /// - Parameter boundaries: where boundaries come from; a test fixes them.
    package init(
        mail: VoicemailMail,
        transcript: Transcript?,
        template: Template,
        format: EmailFormat,
        values: MailValues,
        boundaries: BoundaryMaker = BoundaryMaker()
    ) {
        self.mail = mail
        self.transcript = transcript
        self.template = template
        self.format = format
        self.values = values
        self.boundaries = boundaries
    }

    /// Writes the mail to a file that does not exist yet, with mode 0600.
    ///
    /// Blocks, and does not flush. On an error the file may be incomplete.
    package func write(to path: String) throws(MailError) {
        let target = FileDescriptor(unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
        guard target.isOpen else { throw .system(SystemError("open", path)) }
        try write(to: target)
    }

    /// Writes the mail to a descriptor.
    ///
    /// Blocks. On an error it is incomplete: do not give a descriptor whose reader acts on a part of a mail.
    package func write(to target: borrowing FileDescriptor) throws(MailError) {
        guard case .message = mail.kind else { throw .unsupported("a mail for a pager goes on unchanged") }
        let attachments = mail.file.parts.filter { $0 != mail.textPart }
        guard attachments.allSatisfy({ $0.whole != nil }) else { throw .unsupported("content without headers") }
        let texts = textParts()
        let mixed = try boundaries.make(notIn: mail.file, attachments, texts)
        let alternative = try boundaries.make(notIn: mail.file, attachments, texts, besides: mixed)

        var writer = MailWriter(lineEnd: mail.file.lineEnd)
        for header in mail.file.headers where !Self.isReplaced(header) {
            if header.isNamed("Subject"), let subject {
                try writer.write(subject, to: target)
            } else {
                try writer.write(raw: header.raw, to: target)
            }
        }
        try writer.write("MIME-Version: 1.0\n", to: target)
        guard !attachments.isEmpty else {
            try write(texts, alternative, with: &writer, to: target)
            return try writer.flush(to: target)
        }
        try writer.write("Content-Type: multipart/mixed; boundary=\"\(mixed)\"\n\n--\(mixed)\n", to: target)
        try write(texts, alternative, with: &writer, to: target)
        for part in attachments {
            try writer.write("\n--\(mixed)\n", to: target)
            try mail.file.read(part.whole ?? 0..<0) { (piece) throws(MailError) in
                try writer.write(raw: piece, to: target)
            }
        }
        try writer.write("\n--\(mixed)--\n", to: target)
        try writer.flush(to: target)
    }

    private static func isReplaced(_ header: MailHeader) -> Bool {
        ["Content-Type", "Content-Transfer-Encoding", "MIME-Version"].contains { header.isNamed($0) }
    }

    /// The Subject that the API wants, as a header; `nil` when it wants none.
    private var subject: String? {
        let text = PlainText.oneLine(transcript?.subject ?? "").trimmed
        guard !text.isEmpty else { return nil }
        return EncodedWords.header("Subject", String(text.prefix(200)))
    }

    /// Text, and HTML if the format is that.
    private func textParts() -> [TextPart] {
        let plain = PlainMail(mail, transcript, values, format)
        guard format == .html else { return [TextPart(type: "text/plain", plain.text)] }
        let html = transcript?.html ?? template.render(values.named(mail.note, transcript))
        return [TextPart(type: "text/plain", plain.text), TextPart(type: "text/html", html)]
    }

    private func write(
        _ texts: [TextPart],
        _ boundary: String,
        with writer: inout MailWriter,
        to target: borrowing FileDescriptor
    ) throws(MailError) {
        guard texts.count > 1 else {
            for text in texts { try writer.write(text.content, to: target) }
            return
        }
        try writer.write("Content-Type: multipart/alternative; boundary=\"\(boundary)\"\n", to: target)
        for text in texts {
            try writer.write("\n--\(boundary)\n", to: target)
            try writer.write(text.content, to: target)
        }
        try writer.write("\n--\(boundary)--\n", to: target)
    }
}
