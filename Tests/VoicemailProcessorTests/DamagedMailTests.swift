import Basics
import Glibc
import Mail
import TestSupport
import Testing
import Voicemail
import VoicemailProcessor

struct DamagedMailTests {
    @Test(arguments: VoicemailFixture.names)
    func `A mail cut at any byte gives a mail with the same headers, or an error`(name: String) throws {
        let whole = VoicemailFixture.shortened(try VoicemailFixture.bytes(name))
        let damage = try Damage()
        for length in stride(from: whole.count, through: 0, by: -1) {
            try damage.check(Array(whole.prefix(length)))
        }
        #expect(damage.composed > 0 || name == "pager")
        #expect(damage.refused > 0)
    }

    @Test func `A mail with other bytes in it gives a mail with the same headers, or an error`() throws {
        var random = SplitMix64(seed: 12)
        let damage = try Damage()
        let pieces = [
            "\n", "\r\n", "\n\n", ":", "--", "\0", "\u{ff}", "=",
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n",
            "Content-Type: message/rfc822\n\n", "Content-Transfer-Encoding: uuencode\n", "charset=x-none", "\"", ";",
        ]
        for name in VoicemailFixture.names {
            let whole = VoicemailFixture.shortened(try VoicemailFixture.bytes(name))
            for _ in 0..<300 {
                var bytes = whole
                for _ in 0..<random.pick(1...4) {
                    let place = random.pick(0...bytes.count)
                    let end = min(bytes.count, place + random.pick(0...20))
                    bytes.replaceSubrange(place..<end, with: Array(pieces[random.pick(0...pieces.count - 1)].utf8))
                }
                try damage.check(bytes)
            }
        }
        #expect(damage.composed > 0)
    }
}

/// Composes from damaged mails, and looks at what came out.
final class Damage {
    private let directory = TemporaryDirectory()
    private let template: Template
    private(set) var composed = 0
    private(set) var refused = 0

    init() throws { template = try Template("<p>{{VM_CALLERID}}: {{TRANSCRIPTION}}</p>") }

    func check(_ bytes: [UInt8]) throws {
        let (old, new) = (directory.file("old"), directory.file("new"))
        try FileContents.write(bytes, to: old)
        let mail: VoicemailMail
        do throws(MailError) {
            mail = try VoicemailMail.open(old)
            let composition = MailComposition(
                mail: mail,
                transcript: VoicemailFixture.transcript,
                template: template,
                format: .html,
                values: VoicemailFixture.values
            )
            try composition.write(to: .created(new))
        } catch {
            refused += 1
            return
        }
        composed += 1
        let (before, after) = (try MailFile(path: old), try MailFile(path: new))
        #expect(kept(after) == kept(before))
        let texts = after.parts.prefix(2)
        #expect(texts.map(\.contentType) == ["text/plain", "text/html"])
        let text = try after.text(of: try #require(texts.first))
        #expect(text.contains("Please call <me> back & soon. – Ζωή\n"))
        let copies = try after.parts.dropFirst(2).map { try content($0, of: after) }
        let originals = before.parts.filter { $0 != before.parts.first { $0.contentType == "text/plain" } }
        #expect(copies.count <= before.parts.count)
        if copies.count == originals.count {
            #expect(copies == (try originals.map { try content($0, of: before) }))
        }
    }

    private func kept(_ mail: MailFile) -> [MailHeader] {
        let replaced = ["content-type", "content-transfer-encoding", "mime-version"]
        return mail.headers.filter { !replaced.contains($0.name.lowercased()) }
            .map { MailHeader(name: $0.name, raw: Array($0.raw)[...]) }
    }

    private func content(_ part: MailPart, of mail: MailFile) throws -> [UInt8] {
        try mail.decodedPrefix(of: part, 1 << 20)
    }
}
