import Basics
import Daemon
import HTTP
import Voicemail

/// The request that has a message transcribed.
struct TranscriptionRequest {
    let note: VoicemailNote
    let format: EmailFormat
    /// What identifies the mail when it has no Message-ID: the same for each try.
    let name: String

    /// The same for each try of a mail, and a different one for each mail.
    var identifier: String {
        let digest = Digest.sha256(Array((note.messageID.isEmpty ? name : note.messageID).utf8))
        let hexadecimal = ASCII.hexadecimal(digest)[...].text
        var groups: [Substring] = []
        var rest = hexadecimal[...]
        for length in [8, 4, 4, 4, 12] {
            groups.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return groups.joined(separator: "-")
    }

    /// The JSON object with what is known of the message.
    var metadata: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.optional("context", known(note.context))
        writer.optional("extension", known(note.mailbox))
        writer.optional("mailbox", known(note.mailbox))
        writer.optional("msgnum", note.messageNumber)
        writer.optional("caller_id", known(note.callerID))
        writer.optional("caller_number", known(note.callerNumber))
        writer.optional("caller_name", known(note.callerName))
        writer.optional("duration", note.duration)
        writer.optional("date", note.date)
        writer.optional("recipient_name", known(note.recipientName))
        writer.optional("recipient_email", known(note.recipientEmail))
        writer.optional("message_id", known(note.messageID))
        writer.required("uuid", identifier)
        writer.endObject()
        return writer.bytes
    }

    private func known(_ text: String) -> String? { text.isEmpty ? nil : text }

    /// The fields of the form before the audio.
    var fields: [MultipartForm.Field] {
        [
            MultipartForm.Field("metadata", metadata, type: "application/json"),
            MultipartForm.Field("format", Array(format.rawValue.utf8)),
        ]
    }

    func headers(key: Secret, hostname: String) -> HTTPHeaders {
        [
            "Authorization": "Bearer \(key.revealed)", "Accept": "application/json",
            "User-Agent": Version.userAgent, "X-Asterisk-Hostname": hostname,
            "Idempotency-Key": "\"\(identifier)\"",
        ]
    }
}
