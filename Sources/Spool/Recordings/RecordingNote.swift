package import Basics
import SQLite

/// A file that a call was recorded into, as an event told.
package struct RecordingNote: Sendable, Equatable {
    /// A `CallKey` of the file's name, whatever its folder and extension.
    package let name: Int
    /// As the event told it: from the root on, or below an unknown folder.
    package let path: [UInt8]
    package let uniqueID: [UInt8]
    /// Empty when it is not known.
    package let linkedID: [UInt8]
    /// Whether the channel was the one that was recorded, and not just one whose CDR names the file.
    package let isCertain: Bool
    /// When the event came.
    package let receivedAt: Timestamp

    package init(
        name: Int,
        path: [UInt8],
        uniqueID: [UInt8],
        linkedID: [UInt8],
        isCertain: Bool,
        receivedAt: Timestamp
    ) {
        self.name = name
        self.path = path
        self.uniqueID = uniqueID
        self.linkedID = linkedID
        self.isCertain = isCertain
        self.receivedAt = receivedAt
    }

    /// The columns that `init(_:)` reads, in its order.
    static let columns = ["name", "path", "uniqueid", "linkedid", "certain", "received_us"]

    init(_ row: SQLiteStatement) {
        name = row.integer(0)
        path = row.bytes(1)
        uniqueID = row.bytes(2)
        linkedID = row.bytes(3)
        isCertain = row.integer(4) != 0
        receivedAt = row.timestamp(5)
    }
}
