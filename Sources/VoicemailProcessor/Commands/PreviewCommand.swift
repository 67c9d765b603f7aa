import Basics
import Daemon
import Glibc
import Mail
import Voicemail

/// `voicemail preview`: the mail that would be sent, on standard output.
enum PreviewCommand {
    private static let transcript = Transcript(text: "This is the place of the text of the message.")

    static func run(_ invocation: Invocation) async throws(SystemError) -> ExitCode {
        let settings = VoicemailSettings.load(envFile: invocation.string("env-file"))
        guard settings.isFine() else { return .configuration }
        let path = invocation.string("eml")
        return try await Thread.run("preview") { write(path, settings.configuration) }
    }

    private static func write(_ path: String?, _ configuration: VoicemailConfiguration) -> ExitCode {
        do {
            let example = path == nil ? try ExampleMail() : nil
            let mail = try VoicemailMail.open(path ?? example?.path ?? "")
            guard case .message = mail.kind else {
                Terminal.complain("this is a mail for a pager, which goes out as it is")
                return .failure
            }
            let file = try TemplateFile(configuration)
            for warning in file.warnings { Terminal.complain("warning: \(warning)") }
            let output = FileDescriptor(dup(1))
            try MailComposition(
                mail: mail,
                transcript: transcript,
                template: file.template,
                format: configuration.format,
                values: configuration.values
            ).write(to: output)
            return .success
        } catch {
            Terminal.complain("this mail goes out as it is: \(error)")
            return .failure
        }
    }
}

/// A mail as Asterisk writes it, in a file that is removed with the last reference.
final class ExampleMail {
    let path: String
    private let folder: String

    init() throws(SystemError) {
        folder = try Directory.makeTemporary()
        path = "\(folder)/example.eml"
        try FileContents.write(Array(Self.text.utf8), to: path, mode: 0o600)
    }

    deinit { Directory.remove(folder) }

    /// With a second of silence.
    private static let text: String = {
        let header: [UInt8] =
            Array("RIFF".utf8) + [0xa4, 0x3e, 0, 0] + Array("WAVEfmt ".utf8)
            + [16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0] + Array("data".utf8)
            + [0x80, 0x3e, 0, 0]
        let audio = Base64.encoded(header + [UInt8](repeating: 0, count: 16000))
        var lines: [Substring] = []
        var rest = audio[...]
        while !rest.isEmpty {
            lines.append(rest.prefix(72))
            rest = rest.dropFirst(72)
        }
        return """
            Date: Fri, 27 Nov 2026 22:22:12 -0500
            From: Asterisk PBX <asterisk@pbx.example.org>
            To: "Ann Example" <ann@example.org>
            Subject: [PBX]: New message 3 in mailbox 102
            Message-ID: <Asterisk-3-1-102-1@pbx.example.org>
            X-Asterisk-CallerID: 4165550100
            X-Asterisk-CallerIDName: Example Caller
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="----voicemail_example"


            This is a multi-part message in MIME format.

            ------voicemail_example
            Content-Type: text/plain; charset=UTF-8
            Content-Transfer-Encoding: 8bit

            p=Ann Example~Friday, November 27, 2026 at 10:22:12 PM~"Example Caller" <4165550100>~102~3~0:01
            ------voicemail_example
            Content-Type: audio/x-wav; name="msg0002.wav"
            Content-Transfer-Encoding: base64
            Content-Description: Voicemail sound attachment.
            Content-Disposition: attachment; filename="msg0002.wav"

            \(lines.joined(separator: "\n"))

            ------voicemail_example--
            .

            """
    }()
}
