import Basics
import Mail
import Testing

struct HeaderTests {
    @Test func `Encoded words are decoded`() {
        #expect(HeaderDecoding.text("=?UTF-8?Q?Zo=C3=AB_=C5=81?= x =?iso-8859-1?B?6w==?=") == "Zoë Ł x ë")
        #expect(HeaderDecoding.text("plain =?") == "plain =?")
        #expect(HeaderDecoding.text("") == "")
    }

    @Test func `Addresses have their names`() {
        let addresses = HeaderDecoding.addresses("=?UTF-8?Q?Zo=C3=AB?= <z@example.org>, b@example.org, \"C, D\" <c@d>")
        #expect(addresses.map(\.name) == ["Zoë", "", "C, D"])
        #expect(addresses.map(\.address) == ["z@example.org", "b@example.org", "c@d"])
        #expect(HeaderDecoding.addresses("") == [])
        #expect(HeaderDecoding.addresses("<<>>,;:\"").count <= 2)
    }

    @Test func `A date is an instant, or none`() {
        let date = HeaderDecoding.date("Fri, 27 Nov 2026 22:22:14 -0500")
        #expect(date?.description == "2026-11-28T03:22:14Z")
        for text in ["", "x", "99 Foo 2026", "Fri, 32 Nov 2026 22:22:14 -0500"] {
            #expect(HeaderDecoding.date(text) == nil, "\(text)")
        }
    }

    @Test func `A header of any text has lines of 76 characters, and can be read back`() {
        for text in ["", "a", "Zoë", String(repeating: "日本 ", count: 60), "x\n\nBcc: y", "=?UTF-8?Q?x?="] {
            let header = EncodedWords.header("Subject", text)
            #expect(header.hasPrefix("Subject: ") && header.hasSuffix("\n"))
            let lines = header.split(separator: "\n")
            #expect(lines.allSatisfy { $0.utf8.count <= 76 })
            #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(" =?") })
            let value = MailHeader(name: "Subject", raw: Array(header.utf8)[...]).value
            #expect(value == text)
        }
    }
}
