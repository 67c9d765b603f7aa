package import Basics
import SQLite

/// Data about a call from one CDR, kept for the call's recordings after the CDR itself is delivered and removed.
///
/// Empty means unknown.
package struct CallNote: Sendable, Equatable {
    /// The `CallKey` of the UniqueID.
    package let channel: Int
    package let uniqueID: [UInt8]
    package let linkedID: [UInt8]
    package let source: [UInt8]
    package let destination: [UInt8]
    package let direction: String
    package let queue: [UInt8]
    package let isAnswered: Bool
    package let billableSeconds: Int
    /// When the CDR was received.
    package let receivedAt: Timestamp

    package init(
        channel: Int,
        uniqueID: [UInt8],
        linkedID: [UInt8],
        source: [UInt8],
        destination: [UInt8],
        direction: String,
        queue: [UInt8],
        isAnswered: Bool,
        billableSeconds: Int,
        receivedAt: Timestamp
    ) {
        self.channel = channel
        self.uniqueID = uniqueID
        self.linkedID = linkedID
        self.source = source
        self.destination = destination
        self.direction = direction
        self.queue = queue
        self.isAnswered = isAnswered
        self.billableSeconds = billableSeconds
        self.receivedAt = receivedAt
    }

    /// The columns that `init(_:)` reads, in that order.
    static let columns = [
        "channel", "uniqueid", "linkedid", "src", "dst", "direction", "queue", "answered", "billsec", "received_us",
    ]

    init(_ row: SQLiteStatement) {
        channel = row.integer(0)
        uniqueID = row.bytes(1)
        linkedID = row.bytes(2)
        source = row.bytes(3)
        destination = row.bytes(4)
        direction = row.text(5)
        queue = row.bytes(6)
        isAnswered = row.integer(7) != 0
        billableSeconds = row.integer(8)
        receivedAt = row.timestamp(9)
    }
}
