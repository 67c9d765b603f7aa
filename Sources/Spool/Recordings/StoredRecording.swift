package import Basics
import SQLite

/// A recording as the spool stores it.
package struct StoredRecording: Sendable, Equatable {
    /// Never used twice; a file that changes gets a new one.
    package let id: Int
    package let look: FileStamp
    package let path: [UInt8]
    /// The length in bytes of the watched folder at the start of `path`.
    package let rootLength: Int
    package let state: RecordingState
    /// The time since which it has been in this state.
    package let since: Timestamp
    /// The number of failed uploads.
    package let attempts: Int
    /// Why the last upload failed; empty when none has.
    package let reason: String
    /// The digest of the file's content; empty until the file was read.
    package let sha256: [UInt8]

    /// The file name: the part after the last slash of its path.
    var name: Bytes { path[((path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...] }

    /// The columns that `init(_:)` reads, in that order.
    static let columns =
        "id, device, inode, size, modified_ns, path, root, state, since_us, attempts, reason, sha256, changed_ns"

    /// Reads a row of `columns`.
    ///
    /// - Throws: when the row is damaged.
    init(_ row: SQLiteStatement) throws(SQLiteError) {
        id = row.integer(0)
        look = FileStamp(
            device: row.integer(1),
            inode: row.integer(2),
            size: row.integer(3),
            modified: row.integer(4),
            changed: row.integer(12)
        )
        path = row.bytes(5)
        rootLength = row.integer(6)
        since = row.timestamp(8)
        attempts = row.integer(9)
        reason = row.text(10)
        sha256 = row.bytes(11)
        guard let state = RecordingState(rawValue: row.integer(7)), (0...path.count).contains(rootLength) else {
            throw .damagedRow(id)
        }
        self.state = state
    }
}
