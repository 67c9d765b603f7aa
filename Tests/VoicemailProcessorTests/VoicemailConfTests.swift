import Testing

@testable import VoicemailProcessor

struct VoicemailConfTests {
    private let conf = VoicemailConf(
        text: """
            ; a comment
            [general]
            MailCmd = /bin/false
            mailcmd => /usr/bin/asterisk-connector voicemail mail ; the last one counts
            subject = a \\; b

            [default]
            100 => 1234,Ann,Ann@example.com|two@example.com,pager@example.com,attach=yes
            101 => 1234,No address
            102 = 1234,Only a pager,,only@example.com
            """
    )

    @Test func `the last value of an option counts, without its comment`() {
        #expect(conf.general["mailcmd"] == "/usr/bin/asterisk-connector voicemail mail")
        #expect(conf.general["subject"]?.contains("b") == true, "an escaped semicolon begins no comment")
    }

    @Test func `only an address that no box has is one of a pager`() {
        #expect(conf.isPager("PAGER@example.com") && conf.isPager("only@example.com"))
        #expect(!conf.isPager("ann@example.com") && !conf.isPager("two@example.com") && !conf.isPager("x@example.com"))
        let both = VoicemailConf(text: "[default]\n1 => 1,A,a@example.com,a@example.com\n")
        #expect(!both.isPager("a@example.com"))
    }

    @Test func `any text is read without a crash, cut anywhere`() {
        let text = "[general]\nmailcmd=x\n[default\n1 => ,,|,|\n=\n=>\n;\n\\;\n2=>3,4,5,6"
        for end in text.indices { _ = VoicemailConf(text: String(text[..<end])) }
    }

    @Test func `a file that is not there has no values`() { #expect(VoicemailConf(path: "/nonexistent") == nil) }
}
