import Basics
import Daemon
import TestSupport
import Testing
import Voicemail

@testable import VoicemailProcessor

struct CheckFindingsTests {
    private let directory = TemporaryDirectory()

    private func findings(_ conf: String?, _ change: (inout VoicemailConfiguration) -> Void = { _ in }) throws
        -> [String: CheckFindings.Finding]
    {
        var configuration = VoicemailConfiguration()
        configuration.ownKey = Secret("sk_0123456789abcdefghijABCDEFGHIJ01")
        configuration.sendmail = ["/bin/true"]
        configuration.queueFolder = directory.file("queue")
        change(&configuration)
        let path = directory.file("voicemail.conf")
        if let conf { try FileContents.write(Array(conf.utf8), to: path) }
        let all = CheckFindings(configuration, voicemailConf: path, templates: []).all
        return Dictionary(all.map { ($0.subject, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static let recommended = """
        [general]
        mailcmd=/usr/bin/asterisk-connector voicemail mail
        emailbody=p=${VM_NAME}~${VM_DATE}~${VM_CALLERID}~${VM_MAILBOX}~${VM_MSGNUM}~${VM_DUR}
        """

    @Test func `what is recommended passes`() throws {
        let found = try findings(Self.recommended)
        for subject in ["Key", "Template", "Sendmail", "mailcmd", "emailbody"] {
            #expect(found[subject]?.mark == .passed, "\(subject)")
        }
        #expect(found["attach"] == nil)
    }

    @Test func `each thing that is wrong says what to do`() throws {
        let wrong = """
            [general]
            mailcmd=/usr/sbin/sendmail -t
            emailbody=p=${VM_NAME}
            attach=no
            """
        let found = try findings(wrong) {
            $0.ownKey = Secret("")
            $0.sendmail = ["/nonexistent/sendmail"]
            $0.queueFolder = "/proc/none"
            $0.template = "/nonexistent/template"
        }
        for (subject, mark, advice) in [
            ("Key", "failed", "set VOICEMAIL_API_KEY"), ("Sendmail", "failed", "set SENDMAIL_CMD"),
            ("Queue", "failed", "install -d -o asterisk"), ("Template", "warning", "the built-in template is"),
            ("mailcmd", "failed", "set mailcmd = "), ("emailbody", "failed", "set emailbody=p="),
            ("attach", "warning", "set attach=yes"),
        ] {
            let finding = try #require(found[subject])
            #expect("\(finding.mark)" == mark && finding.text.contains(advice), "\(finding)")
        }
    }

    @Test func `a file that cannot be read is said, and nothing of it is guessed`() throws {
        let found = try findings(nil)
        #expect(found["voicemail.conf"]?.mark == .note && found["mailcmd"] == nil)
    }
}
