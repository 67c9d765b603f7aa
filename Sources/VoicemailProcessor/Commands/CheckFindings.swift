import Basics
import Daemon
import Glibc
import Voicemail

/// What `voicemail check` finds on this machine.
struct CheckFindings {
    struct Finding: Equatable {
        let mark: CheckReport.Mark
        let subject: String
        let text: String
    }

    private(set) var all: [Finding] = []
    private let configuration: VoicemailConfiguration

    /// Looks at everything; blocks.
    init(
        _ configuration: VoicemailConfiguration,
        voicemailConf: String = VoicemailConf.usualPath,
        templates: [String] = TemplateFile.usualPaths
    ) {
        self.configuration = configuration
        checkKey()
        checkTemplate(templates)
        checkSendmail()
        checkQueue()
        checkVoicemailConf(voicemailConf)
    }

    private mutating func add(_ mark: CheckReport.Mark, _ subject: String, _ text: String) {
        all.append(Finding(mark: mark, subject: subject, text: text))
    }

    private mutating func checkKey() {
        if configuration.key == nil {
            add(.failed, "Key", "there is none, mails go out without text; set VOICEMAIL_API_KEY")
        } else {
            add(.passed, "Key", "is there")
        }
    }

    private mutating func checkTemplate(_ paths: [String]) {
        do throws(TemplateError) {
            let file = try TemplateFile(configuration, usualPaths: paths)
            for warning in file.warnings { add(.warning, "Template", warning) }
            if file.warnings.isEmpty { add(.passed, "Template", file.path ?? "the built-in one") }
        } catch {
            add(.failed, "Template", "\(error)")
        }
    }

    private mutating func checkSendmail() {
        let words = configuration.sendmail.joined(separator: " ")
        if let problem = Sendmail(configuration.sendmail).problem {
            add(.failed, "Sendmail", problem)
        } else {
            add(.passed, "Sendmail", words)
        }
    }

    private mutating func checkQueue() {
        let queue = MailQueue(configuration.queueFolder)
        do throws(SystemError) {
            try queue.prepare()
            let path = "\(queue.folder)/check-\(getpid())"
            try FileContents.write([0], to: path, mode: 0o600)
            _ = unsafe unlink(path)
            let count = queue.waiting.count
            add(count > 0 ? .note : .passed, "Queue", "\(queue.folder) is writable; \(count) mails in it")
            checkOwner(queue.folder)
        } catch {
            add(
                .failed,
                "Queue",
                "\(error); make \(queue.folder) a folder of Asterisk's user: "
                    + "install -d -o asterisk -g asterisk -m 700 \(queue.folder)"
            )
        }
    }

    /// Root can write everything; Asterisk's user must own the folder.
    private mutating func checkOwner(_ folder: String) {
        var status = stat()
        guard geteuid() == 0, unsafe stat(folder, &status) == 0 else { return }
        guard let user = unsafe getpwnam("asterisk"), unsafe user.pointee.pw_uid != status.st_uid else { return }
        add(
            .warning,
            "Queue",
            "\(folder) does not belong to the user asterisk; if Asterisk runs as that: chown asterisk \(folder)"
        )
    }

    private mutating func checkVoicemailConf(_ path: String) {
        guard let conf = VoicemailConf(path: path) else {
            return add(.note, "voicemail.conf", "\(path) cannot be read; its mailcmd was not looked at")
        }
        let mailcmd = conf.general["mailcmd"] ?? ""
        if mailcmd.contains("asterisk-connector voicemail mail") || mailcmd.contains("mailcmd.sh") {
            add(.passed, "mailcmd", mailcmd)
        } else {
            add(
                .failed,
                "mailcmd",
                "\(path) does not run this program; set mailcmd = /usr/bin/asterisk-connector voicemail mail"
            )
        }
        let body = conf.general["emailbody"] ?? ""
        let parts = body.split(separator: "~", omittingEmptySubsequences: false).count
        if body.hasPrefix("p="), parts == 6 {
            add(.passed, "emailbody", "has six parts")
        } else {
            add(
                body.hasPrefix("p=") ? .failed : .warning,
                "emailbody",
                "\(path) does not begin it with p= and six parts; set emailbody=p=${VM_NAME}~${VM_DATE}~${VM_CALLERID}"
                    + "~${VM_MAILBOX}~${VM_MSGNUM}~${VM_DUR}"
            )
        }
        if conf.general["attach"]?.lowercased() == "no" {
            add(.warning, "attach", "mails have no audio, so that there is nothing to transcribe; set attach=yes")
        }
    }
}
