import Basics
import Daemon
import Glibc
import Mail
import Voicemail

/// Makes the new mail for a kept one and gives it to sendmail; the kept one unchanged when anything fails.
struct MailProcessor {
    let settings: VoicemailSettings.Outcome
    let journal: VoicemailJournal
    /// When the time for the text of the message is over.
    let deadline: ContinuousClock.Instant
    let queue: MailQueue

    private var configuration: VoicemailConfiguration { settings.configuration }
    private var sendmail: Sendmail { Sendmail(configuration.sendmail) }

    init(_ settings: VoicemailSettings.Outcome, folder: String, journal: VoicemailJournal) {
        self.settings = settings
        self.journal = journal
        deadline = .now + settings.configuration.timeout
        queue = MailQueue(folder)
    }

    /// Sends the mail.
    ///
    /// Blocks the thread for reading, writing and sendmail.
    ///
    /// - Returns: `success`, and the mail is removed; or `temporaryFailure`, and it waits.
    func process(_ kept: KeptMail) async -> ExitCode {
        let path = "\(kept.path).new"
        if await write(kept, to: path) {
            let isSent = send(path)
            _ = unsafe unlink(path)
            if isSent {
                sendmail.remove(kept, journal)
                journal.step("new mail sent")
                return .success
            }
        } else {
            _ = unsafe unlink(path)
        }
        do throws(Sendmail.Refusal) {
            try sendmail.sendOriginal(kept, journal)
            journal.step("mail sent unchanged")
            return .success
        } catch {
            journal.warning("mail not sent, it waits in the queue: \(error)")
            return .temporaryFailure
        }
    }

    /// Writes the new mail to a file; false when the mail goes unchanged.
    private func write(_ kept: KeptMail, to path: String) async -> Bool {
        do {
            let conf = VoicemailConf()
            let mail = try VoicemailMail.open(kept.path) { conf?.isPager($0) ?? false }
            guard case .message(let audio) = mail.kind else {
                journal.step("mail for a pager")
                return false
            }
            let transcript = await transcript(of: mail, audio, kept.path)
            let file = try TemplateFile(configuration)
            for warning in file.warnings { journal.warning(warning) }
            _ = unsafe unlink(path)
            try MailComposition(
                mail: mail,
                transcript: transcript,
                template: file.template,
                format: configuration.format,
                values: configuration.values
            ).write(to: path)
            return true
        } catch {
            journal.warning("mail passed on unchanged: \(error)")
            return false
        }
    }

    /// The text of the message, if it can be had in time.
    private func transcript(of mail: VoicemailMail, _ audio: AudioPart?, _ path: String) async -> Transcript? {
        guard let audio else {
            journal.step("no audio to transcribe")
            return nil
        }
        // The first executable has warned.
        guard let key = configuration.key else { return nil }
        do throws(SystemError) {
            // Without threads, waiting for an answer could take for ever.
            try Thread.require(4)
        } catch {
            journal.warning("message not transcribed: \(error)")
            return nil
        }
        guard let slot = await TranscriptionSlot.take(in: queue, of: configuration.concurrency, until: deadline) else {
            journal.warning("message not transcribed in time: too many at once")
            return nil
        }
        defer { withExtendedLifetime(slot) {} }
        let name = path.split(separator: "/").last.map { String($0) } ?? path
        let request = TranscriptionRequest(note: mail.note, format: configuration.format, name: name)
        return await Transcriber(configuration: configuration, key: key, journal: journal)
            .transcribe(request, audio, until: deadline)
    }

    /// Gives the new mail to sendmail; whether it was taken.
    private func send(_ path: String) -> Bool {
        let file = FileDescriptor(unsafe open(path, O_RDONLY | O_CLOEXEC))
        guard file.isOpen else {
            journal.warning("mail passed on unchanged: \(SystemError("open", path))")
            return false
        }
        do throws(Sendmail.Refusal) {
            try sendmail.send(file)
            return true
        } catch {
            journal.warning("new mail not sent: \(error)")
            return false
        }
    }
}

extension VoicemailConfiguration {
    /// What goes into a mail beside what it says itself.
    var values: MailValues {
        MailValues(footer: footer, maximumMessages: maximumMessages, hostName: connection.hostname)
    }
}
