package import Basics
import Glibc

/// Ends the process when a stop takes too long.
///
/// A disk, a resolver or an API that hangs must not make the service manager kill the process. Nothing is lost:
/// accepted records are flushed, requests in flight are sent again under their keys, and events that were read but not
/// accepted are part of the gap that the next start declares. Decisions of `callerid` are in its journal.
package enum StopDeadline {
    /// How long a stop may take: the documented 5 s, less the time for the last line of the log.
    private static let limit = Duration.seconds(4.5)

    /// Ends the process with status 0 after 4.5 s, plus 0.2 s for a line in the log.
    ///
    /// Returns at once. The deadline runs on its own thread, which waits for nothing, not even for the log.
    package static func start(_ log: Logger) {
        do throws(SystemError) {
            try Thread.detach("deadline") {
                sleep(for: limit)
                try? Thread.detach("deadline-log") {
                    log.warning("stop timed out, the next start recovers what was accepted")
                }
                sleep(for: .milliseconds(200))
                _exit(ExitCode.success.rawValue)
            }
        } catch {
            // Without a thread, the kernel ends the process with a signal.
            alarm(5)
        }
    }

    private static func sleep(for duration: Duration) {
        let (seconds, attoseconds) = duration.components
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        var rest = timespec()
        while unsafe nanosleep(&time, &rest) != 0 { time = rest }
    }
}
