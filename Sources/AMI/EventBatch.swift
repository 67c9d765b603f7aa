package import Basics

/// Events in the order of their arrival, as one stretch of bytes: what crosses from the reader to its consumer.
package struct EventBatch: Sendable {
    /// When the first of them was read.
    package let receipt: Receipt
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    package init(_ receipt: Receipt) { self.receipt = receipt }

    /// Events of which only the time of their receipt is known.
    package init(receivedAt: Timestamp) { self.init(Receipt(at: receivedAt)) }

    package var receivedAt: Timestamp { receipt.at }

    package var count: Int { ends.count }
    package var byteCount: Int { bytes.count }

    package mutating func append(_ frame: Bytes) {
        bytes.append(contentsOf: frame)
        ends.append(bytes.count)
    }

    /// The event at a position, decoded.
    package subscript(index: Int) -> AMIMessage {
        AMIMessage(bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]])
    }
}

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

/// What a client of Asterisk delivers, in order.
package enum EventOrGap: Sendable {
    case events(EventBatch)
    case gap(Gap)
}
