import Basics
import TestSupport
import Testing
import VoicemailProcessor

struct InjectionTests {
    /// Names that a caller may choose.
    static let names = [
        "<script>alert(\"x\")</script>&", "Eve\np=Mallory~now~evil~999~1~0\n.\n", "Eve\n.\n", "\n\n",
        "Eve\r\nBcc: victim@example.org", "Eve\nBcc: victim@example.org\n\nbody", "Eve%0d%0aBcc: victim@example.org",
        "=?UTF-8?Q?=0ABcc=3A_victim=40example.org?=", "=?utf-8?b?Cg==?=", "\"; boundary=\"=_voicemail_1",
        "--=_voicemail_1\nContent-Type: text/html\n\n<b>x</b>", "{{FOOTER}}", "{{#if TITLE}}{{/if}}", "{{/if}}",
        "\" onmouseover=\"alert(1)", "' onerror='alert(1)", "<img src=http://example.org/x.png>", "</td></table><h1>",
        "&lt;b&gt;", "<!--", "-->", "]]>", "<![CDATA[", "javascript:alert(1)", "\u{202e}gnp.exe", "\u{0}\u{7}\u{1b}[2J",
        "~~~~~~", "a~b", "From here", ".", "Zoë \u{1F1E8}\u{1F1E6}", String(repeating: "A", count: 300), "\\\"\\",
        "$(reboot)`reboot`", "\u{feff}\u{2028}\u{85}",
    ]

    @Test func `A caller's name changes no header, adds no part and is no markup`() async throws {
        let mails = try Self.names.map { try mail(from: $0) }
        let composed = try mails.map {
            try VoicemailFixture.composed($0, template: "<p title=\"{{VM_CIDNAME}}\">{{VM_CALLERID}}</p>")
        }
        let readers = try await SecondReader.read(composed)
        try #require(readers.count == Self.names.count)
        for (index, name) in Self.names.enumerated() {
            let headers = try VoicemailFixture.keptHeaders(composed[index])
            #expect(try headers == VoicemailFixture.keptHeaders(mails[index]), "\(name)")
            let reader = readers[index]
            #expect(reader.structure == "multipart/mixed(multipart/alternative(text/plain, text/html), audio/x-gsm)")
            #expect(reader.recipients == ["gus@example.org"], "\(name)")
            #expect(reader.defects == [], "\(name)")
            #expect(reader.longestLine <= 76, "\(name)")
            let html = reader.html
            #expect(html.hasPrefix("<p title=\"") && html.hasSuffix("</p>"))
            #expect(html.count { $0 == "<" } == 2 && html.count { $0 == "\"" } == 2, "\(html)")
            let controls = (reader.html + reader.text).unicodeScalars.filter { $0.value < 32 && $0 != "\n" }
            #expect(controls.isEmpty, "\(name)")
        }
    }

    @Test func `Name, mailbox and number are found beside any name of a caller`() throws {
        for name in Self.names {
            let note = try VoicemailFixture.note(try mail(from: name))
            #expect(note.mailbox == "104", "\(name)")
            #expect(note.messageNumber == 1, "\(name)")
            #expect(note.duration == 4, "\(name)")
            #expect(note.name == "Gus", "\(name)")
            #expect(note.callerNumber == "4165550007", "\(name)")
        }
    }

    /// A mail as Asterisk writes it: the name raw in the text, without control and high bytes in a header.
    private func mail(from name: String) throws -> [UInt8] {
        let visible = String(decoding: name.utf8.filter { (32...126).contains($0) }, as: UTF8.self)
        let mail = String(decoding: VoicemailFixture.shortened(try VoicemailFixture.bytes("gsm")), as: UTF8.self)
        return Array(
            mail.replacing("~\"Gsm\" <", with: "~\"\(name)\" <")
                .replacing("CallerIDName: Gsm", with: "CallerIDName: \(visible)").utf8
        )
    }
}
