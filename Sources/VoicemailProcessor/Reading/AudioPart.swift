package import Basics
package import Mail

/// The recording in a voicemail mail.
package struct AudioPart {
    let mail: MailFile
    let part: MailPart

    /// Such as `audio/x-wav`.
    package var contentType: String { part.contentType }
    /// Such as `msg0000.wav`; empty when the mail gives no name.
    package var fileName: String { part.fileName }

    /// Writes the decoded audio to a descriptor, in pieces.
    ///
    /// Blocks. Returns the number of bytes.
    package func decode(to target: borrowing FileDescriptor) throws(MailError) -> Int {
        try mail.decode(part, to: target)
    }
}
