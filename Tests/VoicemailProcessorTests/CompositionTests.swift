import Basics
import TestSupport
import Testing
import Voicemail
import VoicemailProcessor

struct CompositionTests {
    @Test(arguments: [
        ("gsm", EmailFormat.html), ("gsm", .text), ("gsm", .original), ("caller-utf8", .html),
        ("caller-with-markup", .html), ("no-attachment-two-recipients", .html), ("no-attachment-two-recipients", .text),
        ("no-attachment-two-recipients", .original),
    ])
    func `The new mail is the one of the golden file`(name: String, format: EmailFormat) throws {
        let mail = VoicemailFixture.shortened(try VoicemailFixture.bytes(name))
        let composed = try VoicemailFixture.composed(mail, format: format)
        try expectGolden(composed, "voicemail/composed/\(name)-\(format.rawValue).eml")
    }

    @Test func `Without a transcript the new mail has no text of the message`() throws {
        let mail = VoicemailFixture.shortened(try VoicemailFixture.bytes("wav"))
        try expectGolden(try VoicemailFixture.composed(mail, nil), "voicemail/composed/wav-without.eml")
    }

    @Test func `Another parser reads structure, texts and audio of the new mail`() async throws {
        let names = VoicemailFixture.names.filter { $0 != "pager" }
        let old = try names.map { try VoicemailFixture.bytes($0) }
        let readers = try await SecondReader.read(old + old.map { try VoicemailFixture.composed($0) })
        for (index, name) in names.enumerated() {
            let (before, after) = (readers[index], readers[names.count + index])
            let texts = "multipart/alternative(text/plain, text/html)"
            let type = name == "gsm" ? "audio/x-gsm" : "audio/x-wav"
            let isText = name.hasPrefix("no-attachment")
            #expect(after.structure == (isText ? texts : "multipart/mixed(\(texts), \(type))"), "\(name)")
            #expect(after.defects == [], "\(name)")
            #expect(after.audio == before.audio, "\(name)")
            #expect(after.audioName == before.audioName, "\(name)")
            #expect(after.recipients == before.recipients, "\(name)")
            #expect(after.longestLine <= 76, "\(name)")
            #expect(after.text.contains("Hello, this is Ann.\nPlease call <me> back & soon. – Ζωή\n"), "\(name)")
            #expect(after.html.contains("Hello, this is Ann.<br>\nPlease call &lt;me&gt; back &amp; soon. – Ζωή"))
        }
    }

    @Test func `The headers of the original stay byte for byte`() throws {
        for name in VoicemailFixture.names where name != "pager" {
            let old = try VoicemailFixture.bytes(name)
            let new = try VoicemailFixture.composed(old)
            #expect(try VoicemailFixture.keptHeaders(new) == VoicemailFixture.keptHeaders(old), "\(name)")
        }
    }

    @Test func `The audio is copied byte for byte with its headers`() throws {
        let old = try VoicemailFixture.bytes("wav")
        let new = try VoicemailFixture.composed(old)
        let part = String(decoding: old, as: UTF8.self).split(separator: "------voicemail_11016971588344264\n")[2]
        let audio = part.prefix { $0 != "." }.split(separator: "\n\n------voice")[0]
        #expect(String(decoding: new, as: UTF8.self).contains(audio))
    }

    @Test func `Line ends are those of the original`() throws {
        let old = String(decoding: try VoicemailFixture.bytes("gsm"), as: UTF8.self)
        let new = try VoicemailFixture.composed(
            Array(
                old.split(separator: "\n", omittingEmptySubsequences: false)
                    .joined(separator: "\r\n").utf8
            )
        )
        let lines = new.split(separator: ASCII.newline, omittingEmptySubsequences: false).dropLast()
        #expect(lines.allSatisfy { $0.last == ASCII.carriageReturn })
        #expect(try !VoicemailFixture.composed(Array(old.utf8)).contains(ASCII.carriageReturn))
    }

    @Test func `The API's HTML and subject take the place of template and Subject`() async throws {
        var transcript = VoicemailFixture.transcript
        transcript.html = "<p>from the API</p>"
        transcript.subject = "Zoë\r\nBcc: x@example.org\u{0} " + String(repeating: "日", count: 300)
        let old = try VoicemailFixture.bytes("gsm")
        let new = try VoicemailFixture.composed(old, transcript)
        let reader = try #require(try await SecondReader.read([new]).first)
        #expect(reader.html == "<p>from the API</p>")
        let directory = TemporaryDirectory()
        try FileContents.write(new, to: directory.file("new"))
        let mail = try VoicemailMail.open(directory.file("new"))
        #expect(mail.subject == "Zoë Bcc: x@example.org " + String(repeating: "日", count: 177))
        #expect(try VoicemailFixture.keptHeaders(new).split(separator: "\n").allSatisfy { $0.utf8.count <= 76 })
        #expect(try !VoicemailFixture.keptHeaders(new).contains("\nBcc"))
    }

    @Test func `A boundary that occurs in the mail is not taken`() throws {
        var old = String(decoding: try VoicemailFixture.bytes("gsm"), as: UTF8.self)
        old.replace("Voicemail sound attachment.", with: "=_voicemail_1 =_voicemail_3")
        let new = String(decoding: try VoicemailFixture.composed(Array(old.utf8)), as: UTF8.self)
        #expect(new.contains("multipart/mixed; boundary=\"=_voicemail_2\""))
        #expect(new.contains("multipart/alternative; boundary=\"=_voicemail_4\""))
    }

    @Test func `A mail with audio alone, or for a pager, is not composed`() throws {
        #expect(throws: (any Error).self) { try VoicemailFixture.composed(try VoicemailFixture.bytes("pager")) }
        let audio = "From: a@example.org\nContent-Type: audio/x-wav\nContent-Transfer-Encoding: base64\n\nUklGRg==\n"
        #expect(throws: (any Error).self) { try VoicemailFixture.composed(Array(audio.utf8)) }
    }

    @Test func `A warning is in text and HTML from three quarters of the messages on`() async throws {
        let mails = try [74, 75, 99, 100].map { number in
            let old = String(decoding: try VoicemailFixture.bytes("no-attachment-two-recipients"), as: UTF8.self)
            return try VoicemailFixture.composed(Array(old.replacing("~103~1~", with: "~103~\(number)~").utf8))
        }
        let readers = try await SecondReader.read(mails)
        #expect(readers.map { $0.text.contains("Warning:") } == [false, true, true, false])
        #expect(readers.map { $0.text.contains("Alert:") } == [false, false, false, true])
        #expect(readers.map { $0.html.contains("class=\"alert-warning\"") } == [false, true, true, false])
        #expect(readers.map { $0.html.contains("class=\"alert-danger\"") } == [false, false, false, true])
    }
}
