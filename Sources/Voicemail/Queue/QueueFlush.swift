import Basics

/// Sends what waits.
struct QueueFlush {
    /// The counts of one run.
    struct Counts: Equatable {
        var sent = 0
        /// Tried without success, or broken off.
        var waiting = 0
    }

    /// A younger mail is probably about to be sent by the process that took it.
    static let youngest = Duration.seconds(600)

    let sender: MailSender
    let queues: [MailQueue]

    /// Sends each mail that is old enough and not locked, the oldest first; one process at a time does so.
    ///
    /// Blocks. Ends at the first mail that sendmail does not take: the others would fail too.
    ///
    /// - Parameter age: the least age.
    func run(olderThan age: Duration) -> Counts {
        var counts = Counts()
        for queue in queues where !queue.waiting.isEmpty {
            guard let lock = queue.lock("flush") else { continue }
            send(queue, age, &counts)
            queue.removeRemains()
            _ = consume lock
        }
        return counts
    }

    private func send(_ queue: MailQueue, _ age: Duration, _ counts: inout Counts) {
        for path in queue.waiting {
            guard let mail = KeptMail(locking: path), isDue(mail, age) else { continue }
            guard counts.waiting == 0 else {
                counts.waiting += 1
                continue
            }
            switch mail.size > 0 ? sender.send(mail) : discard(mail) {
            case .sent: counts.sent += 1
            case .waits: counts.waiting += 1
            }
        }
    }

    /// A copy that was broken off before its first byte.
    private func discard(_ mail: KeptMail) -> MailSender.Outcome {
        try? mail.remove()
        return .sent
    }

    private func isDue(_ mail: KeptMail, _ age: Duration) -> Bool {
        guard age > .zero else { return true }
        // A clock that was set back must not keep a mail for longer than its age.
        let passed = Timestamp.now().microseconds - mail.written.microseconds
        return passed < 0 || passed >= age.components.seconds * 1_000_000
    }
}
