import Basics
package import Daemon
import Spool

extension Shipper {
    /// Each ring is a turn of the loop, which waits for the spool only, never for a request.
    package var watched: WatchedPart {
        WatchedPart { [self] in
            ProgressCheck.Sign(name, turns: turns.value, isExcused: spool.isHeldUp)
        } prompt: { [wakeSignal] in
            wakeSignal.ring()
        }
    }
}
