import Basics
import Daemon
import Glibc

/// Sends a kept mail: as the new one if the second executable makes it, else unchanged.
struct MailSender {
    /// What became of a mail.
    enum Outcome: Equatable {
        case sent
        /// It waits in the queue.
        case waits
    }

    let settings: VoicemailSettings.Outcome
    /// As the command line names it.
    let envFile: String?
    let journal: VoicemailJournal

    /// A larger mail is not read, but passed on.
    private static let largestMail = 64 << 20

    /// After so many attempts that a kill or a crash broke off, a mail goes unchanged.
    private static let mostAttempts = 3

    private var sendmail: Sendmail { Sendmail(settings.configuration.sendmail) }

    /// Blocks until the mail is sent or waits.
    func send(_ mail: KeptMail) -> Outcome {
        if mail.size > Self.largestMail {
            journal.warning("mail of \(mail.size) bytes passed on unchanged")
            return sendOriginal(mail)
        }
        guard mail.isWhole, mail.brokenAttempts < Self.mostAttempts else {
            journal.warning(
                "mail passed on unchanged: \(mail.isWhole ? "3 attempts failed" : "its copy is incomplete")"
            )
            return sendOriginal(mail)
        }
        mail.beginAttempt()
        // Its own waits: for the text, and twice for sendmail.
        let limit = settings.configuration.timeout + Sendmail.limit * 2 + .seconds(60)
        ChildProcess.adoptOrphans()
        let result = Processor.process(mail, envFile: envFile, within: limit)
        switch result {
        case .success(.exited(0)) where !mail.isThere: return .sent
        case .success(.exited(ExitCode.temporaryFailure.rawValue)):
            mail.endAttempts()
            return mail.isThere ? .waits : .sent
        case .success(let end):
            // What it leaves behind is sendmail, at work on the mail: giving it the mail again would send it twice.
            if end != .exited(0), ChildProcess.orphanSucceeded(within: Sendmail.limit) {
                journal.warning("\(Processor.name): \(end), after it gave the mail to sendmail")
                sendmail.remove(mail, journal)
                return .sent
            }
            journal.warning("mail passed on unchanged, \(Processor.name): \(end)")
        case .failure(let error): journal.warning("mail passed on unchanged: \(error)")
        }
        // It may have died between the end of sendmail and its own.
        return mail.isThere ? sendOriginal(mail) : .sent
    }

    /// Gives the mail to sendmail, twice if needed.
    func sendOriginal(_ mail: KeptMail) -> Outcome {
        for attempt in 1...2 {
            do throws(Sendmail.Refusal) {
                try sendmail.sendOriginal(mail, journal)
                return .sent
            } catch {
                journal.warning("mail not sent, attempt \(attempt): \(error)")
            }
        }
        return .waits
    }
}
