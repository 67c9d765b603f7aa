package import Basics

/// A period in which events could have been missed, since Asterisk does not repeat events.
package struct Gap: Sendable, Equatable {
    package enum Cause: String, Sendable, CaseIterable {
        /// The client was not logged in.
        case disconnected
        /// Not logged in, after a connection that ended in the middle of an event: what was in transit is lost.
        case torn
        /// As `torn`, and the reader was behind: Asterisk ends the session of a client that does not read in time.
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
    /// How many events are known to be lost; 0 when the number is unknown.
    package var events: Int
}
