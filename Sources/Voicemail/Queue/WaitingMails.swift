package import Basics
import Glibc

/// Counts the mails that wait in the queue of the commands `voicemail`, for the metrics of `run`.
///
/// Those commands live too briefly for metrics of their own. The folder belongs to Asterisk's user, so the count is not
/// a number where this process may not read it.
package struct WaitingMails: Service {
    package let name = "voicemail"

    private let queue: MailQueue
    private let gauge: Gauge
    private let interval: Duration

    /// - Parameters:
    ///   - folder: `VOICEMAIL_QUEUE_DIR`.
    ///   - interval: how often it counts.
    package init(in folder: String, _ gauge: Gauge, interval: Duration = .seconds(30)) {
        queue = MailQueue(folder)
        self.gauge = gauge
        self.interval = interval
    }

    /// Counts until cancelled, on a thread that may wait for the disk.
    package func run() async throws {
        while true {
            let queue = queue
            if let count = try? await Thread.run("voicemail", { queue.waitingCount }) { gauge.value = count }
            try await Task.sleep(for: interval)
        }
    }
}

extension MailQueue {
    /// How many mails wait; not a number when the folder cannot be read.
    var waitingCount: Double {
        unsafe access(folder, R_OK | X_OK) == 0 ? Double(waiting.count) : .nan
    }
}
