import Basics
import Daemon

/// `voicemail flush`: sends what waits.
enum FlushCommand {
    static let command = Command(
        "voicemail flush",
        summary: "Send the mails of voicemail that wait",
        discussion:
            "Sends each mail in VOICEMAIL_QUEUE_DIR that is older than 10 minutes and that no other process sends. "
            + "A timer of systemd runs it each 5 minutes. It ends with 1 when a mail still cannot be sent.",
        options: [.voicemailSettings, .flag("now", "Also send mails that are younger than 10 minutes")],
        run: { (invocation) async throws(SystemError) in
            let envFile = invocation.string("env-file")
            let isImmediate = invocation.flag("now")
            return try await Thread.run("flush") { run(envFile: envFile, isImmediate: isImmediate) }
        }
    )

    private static func run(envFile: String?, isImmediate: Bool) -> ExitCode {
        let settings = VoicemailSettings.load(envFile: envFile)
        guard settings.isFine() else { return .configuration }
        let sender = MailSender(
            settings: settings,
            envFile: envFile,
            journal: VoicemailJournal(settings, echoes: true)
        )
        let flush = QueueFlush(sender: sender, queues: MailQueue.all(settings.configuration))
        let counts = flush.run(olderThan: isImmediate ? .zero : QueueFlush.youngest)
        if counts != QueueFlush.Counts() {
            Terminal.write("\(counts.sent) sent, \(counts.waiting) waiting\n", to: .output)
        }
        return counts.waiting == 0 ? .success : .failure
    }
}
