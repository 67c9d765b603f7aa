package import Basics
import SQLite

/// A file into which a call was recorded, as an event reported it.
package struct RecordingNote: Sendable, Equatable {
    /// The `CallKey` of the file's name, without folder and extension.
    package let name: Int
    /// The path in the event: absolute, or relative to an unknown folder.
    package let path: [UInt8]
    package let uniqueID: [UInt8]
    /// Empty when unknown.
    package let linkedID: [UInt8]
    /// Whether the channel itself was recorded, and not only its CDR names the file.
    package let isCertain: Bool
    /// When the event was received.
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

    /// The columns that `init(_:)` reads, in that order.
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
