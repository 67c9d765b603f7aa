import Basics
import Glibc
import Mail
import TestSupport
import Voicemail
import VoicemailProcessor

/// The mails that Asterisk wrote, and new ones made from them.
enum VoicemailFixture {
    static let names = [
        "wav", "gsm", "caller-utf8", "caller-with-markup", "no-attachment-two-recipients", "pager",
    ]
    static let values = MailValues(footer: "Voicemail Service", maximumMessages: 100, hostName: "pbx.example.org")
    static let transcript = Transcript(text: "Hello, this is Ann.\nPlease call <me> back & soon. – Ζωή")

    static func bytes(_ name: String) throws -> [UInt8] { try Fixture.bytes("voicemail/\(name).eml") }

    /// The mail without all but the first and the last lines of its audio.
    static func shortened(_ bytes: [UInt8]) -> [UInt8] {
        var lines = bytes.split(separator: ASCII.newline, omittingEmptySubsequences: false)
        let audio = lines.indices.filter { lines[$0].count == 72 && !lines[$0].contains(ASCII.space) }
        if audio.count > 8 { lines.removeSubrange(audio[4]..<audio[audio.count - 4]) }
        return Array(lines.joined(separator: [ASCII.newline]))
    }

    /// Boundaries that are the same in each run.
    static func boundaries() -> BoundaryMaker {
        let counter = Counter()
        return BoundaryMaker { "=_voicemail_\(counter.next())" }
    }

    private final class Counter: Sendable {
        private let count = Lock(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    /// The new mail for a mail.
    static func composed(
        _ bytes: [UInt8],
        _ transcript: Transcript? = transcript,
        format: EmailFormat = .html,
        template: String = Template.builtIn
    ) throws -> [UInt8] {
        let directory = TemporaryDirectory()
        try FileContents.write(bytes, to: directory.file("old"))
        let composition = MailComposition(
            mail: try VoicemailMail.open(directory.file("old")),
            transcript: transcript,
            template: try Template(template),
            format: format,
            values: values,
            boundaries: boundaries()
        )
        try composition.write(to: directory.file("new"))
        return try FileContents.read(directory.file("new"))
    }

    static func note(_ bytes: [UInt8]) throws -> VoicemailNote { try opened(bytes).note }

    static func opened(_ bytes: [UInt8], isPager: (String) -> Bool = { _ in false }) throws -> VoicemailMail {
        let directory = TemporaryDirectory()
        try FileContents.write(bytes, to: directory.file("mail"))
        return try VoicemailMail.open(directory.file("mail"), isPager: isPager)
    }

    /// The headers that a new mail takes over, as one piece.
    static func keptHeaders(_ bytes: [UInt8]) throws -> String {
        let directory = TemporaryDirectory()
        try FileContents.write(bytes, to: directory.file("mail"))
        let replaced = ["content-type", "content-transfer-encoding", "mime-version"]
        let kept = try MailFile(path: directory.file("mail")).headers.filter {
            !replaced.contains($0.name.lowercased())
        }
        return String(decoding: kept.flatMap(\.raw), as: UTF8.self)
    }
}
