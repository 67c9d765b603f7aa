import Basics
package import Daemon
import Spool

extension Shipper {
    /// The shipper as the watchdog sees it.
    ///
    /// Each wake signal makes the loop take a turn; the loop waits only for the spool, never for a request.
    package var watched: WatchedPart {
        WatchedPart { [self] in
            ProgressCheck.Sign(name, turns: turns.value, isExcused: spool.isHeldUp)
        } prompt: { [wakeSignal] in
            wakeSignal.ring()
        }
    }
}
