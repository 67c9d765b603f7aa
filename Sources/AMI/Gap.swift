package import Basics

/// A time in which events could have been missed, since Asterisk repeats none.
package struct Gap: Sendable, Equatable {
    package enum Cause: String, Sendable, CaseIterable {
        /// Nobody was logged in.
        case disconnected
        /// The same, after a connection that ended in the middle of an event: what was on its way is gone with it.
        case torn
        /// The same, and the reader was behind: Asterisk ends the session of a client that does not read in time.
        case slowReader = "slow_reader"
        /// The connection ended while this process or its machine stood still, or just after.
        case suspended
        /// The program did not run, or had not logged in yet.
        case processDown = "process_down"
        /// Events came faster than they could be stored, and the ring was full.
        case overflow
        /// A message over the limits was skipped.
        case oversized
    }

    package var cause: Cause
    package var from: Timestamp
    package var to: Timestamp
    /// How many events are known to be lost; 0 when nobody can know.
    package var events: Int
}
