import Basics
import Daemon
import Glibc

/// `voicemail mail`: the mail on standard input goes out, whatever happens.
enum MailCommand {
    static let command = Command(
        "voicemail mail",
        summary: "Send a mail of voicemail, with the text of the message",
        discussion:
            "Asterisk runs it as mailcmd, with the mail on standard input. It ends with 0 when the mail is sent, and "
            + "with 75 when it is kept and could not be sent. A wrong option or setting is a warning in syslog, and the "
            + "mail goes out all the same.",
        arguments: [
            ArgumentDefinition(
                name: "WORD",
                help: "Ignored: older connectors were called with the box and its addresses",
                isRequired: false,
                isRepeated: true
            )
        ],
        options: [.voicemailSettings],
        unparsed: run
    ) { invocation in run(invocation.string("env-file").map { ["--env-file", $0] } ?? []) }

    /// The words of the command line that count.
    struct Words: Equatable {
        var envFile: String?
        var warnings: [String] = []

        /// Understands each command line; the words of others, such as addresses, are not shown.
        init(_ words: [String]) {
            var rest = words[...]
            while let word = rest.popFirst() {
                if word == "--" { return }
                if word == "--env-file" {
                    if let path = rest.popFirst() { envFile = path } else { warnings.append("--env-file has no value") }
                } else if word.hasPrefix("--env-file=") {
                    envFile = String(word.dropFirst("--env-file=".count))
                } else if word.hasPrefix("--") {
                    warnings.append("an option is unknown and ignored; voicemail mail has --env-file only")
                }
            }
        }
    }

    /// Sends the mail on standard input.
    ///
    /// Blocks. Needs no threads and parses nothing that could end it: only a kill before the mail is kept can lose it.
    ///
    /// - Returns: `success` or `temporaryFailure`.
    static func run(_ words: [String]) -> ExitCode {
        openStandardStreams()
        Signals.ignoreBrokenPipes()
        // systemd ends Asterisk's children with it; the copy is made first.
        for number in stops { _ = signal(number, SIG_IGN) }
        _ = signal(SIGCHLD, SIG_DFL)

        let arguments = Words(words)
        let settings = VoicemailSettings.load(envFile: arguments.envFile)
        let journal = VoicemailJournal(settings)
        for warning in arguments.warnings + settings.errors + settings.warnings { journal.warning(warning) }

        let sender = MailSender(settings: settings, envFile: arguments.envFile, journal: journal)
        let queues = MailQueue.all(settings.configuration)
        var input = MailInput(0)
        let mail = keep(&input, queues, journal)
        if let failure = input.failure { journal.warning("mail incomplete: \(failure)") }
        for number in stops { _ = signal(number, SIG_DFL) }
        guard let mail else { return sendStraight(&input, settings, journal) }
        guard mail.size > 0 else {
            journal.warning("no mail on standard input")
            try? mail.remove()
            return .success
        }
        journal.step("mail kept, \(mail.size) bytes")
        // In the folder for want of the queue, it is neither read nor changed.
        let isQueued = mail.path.hasPrefix(queues[0].folder + "/")
        guard (isQueued ? sender.send(mail) : sender.sendOriginal(mail)) == .sent else { return .temporaryFailure }
        journal.step("mail done")
        _ = QueueFlush(sender: sender, queues: queues).run(olderThan: QueueFlush.youngest)
        return .success
    }

    private static let stops = [SIGTERM, SIGINT, SIGHUP]

    /// Descriptors 0 to 2 must not become those of files that are opened here.
    private static func openStandardStreams() {
        while true {
            let descriptor = unsafe open("/dev/null", O_RDWR)
            guard descriptor >= 0, descriptor < 3 else {
                if descriptor >= 0 { close(descriptor) }
                return
            }
        }
    }

    /// Copies the mail into the first queue that takes it; `nil` when none does.
    private static func keep(_ input: inout MailInput, _ queues: [MailQueue], _ journal: VoicemailJournal) -> KeptMail?
    {
        for queue in queues {
            do throws(SystemError) {
                return try queue.keep(&input)
            } catch {
                journal.warning("mail not kept: \(error)")
            }
        }
        return nil
    }

    /// Gives the mail to sendmail without a copy on the disk, twice if needed.
    private static func sendStraight(
        _ input: inout MailInput,
        _ settings: VoicemailSettings.Outcome,
        _ journal: VoicemailJournal
    ) -> ExitCode {
        let sendmail = Sendmail(settings.configuration.sendmail)
        do {
            let file = try input.straight()
            if input.isEmpty, lseek(file.number, 0, SEEK_END) == 0 {
                journal.warning("no mail on standard input")
                return .success
            }
            let start = lseek(file.number, 0, SEEK_SET)
            for attempt in 1...2 {
                _ = lseek(file.number, start, SEEK_SET)
                do throws(Sendmail.Refusal) {
                    try sendmail.send(file)
                    return .success
                } catch {
                    journal.warning("mail not sent, attempt \(attempt): \(error)")
                }
            }
        } catch {
            journal.warning("mail not sent: \(error)")
        }
        journal.warning("mail lost: neither kept nor sent")
        return .temporaryFailure
    }
}

extension MailQueue {
    /// The queue, and the folder for mails when that cannot be written.
    static func all(_ configuration: VoicemailConfiguration) -> [MailQueue] {
        [MailQueue(configuration.queueFolder), MailQueue(in: configuration.temporaryFolder)]
    }
}
