package import Basics
import Glibc

/// The end of a stop that takes too long.
///
/// A disk, a resolver or an API that hangs must not make the service manager kill the process. Nothing is lost by it:
/// what was accepted is flushed, what is in flight goes again under its key, and what was read and not accepted lies in
/// the gap that the next start declares.
package enum StopDeadline {
    /// What a stop may take; the 5 s that are promised, less the time for the last line of the log.
    private static let limit = Duration.seconds(4.5)

    /// Ends the process with 0 when it is still there at the deadline.
    ///
    /// On a thread of its own, which waits for nobody, not even for the log.
    package static func start(_ log: Logger) {
        do throws(SystemError) {
            try Thread.detach("deadline") {
                sleep(for: limit)
                try? Thread.detach("deadline-log") {
                    log.warning("stop timed out, the next start declares what was not stored")
                }
                sleep(for: .milliseconds(200))
                _exit(ExitCode.success.rawValue)
            }
        } catch {
            // Without a thread the kernel keeps the promise, by a signal.
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
