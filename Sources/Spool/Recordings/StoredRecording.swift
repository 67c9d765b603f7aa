package import Basics
import SQLite

/// A recording as the spool knows it.
package struct StoredRecording: Sendable, Equatable {
    /// Never used twice; a file that changes gets another one.
    package let id: Int
    package let look: FileStamp
    package let path: [UInt8]
    /// How many bytes of `path` are the folder that is watched.
    package let rootLength: Int
    package let state: RecordingState
    /// Since when it is in this state.
    package let since: Timestamp
    /// Uploads that failed.
    package let attempts: Int
    /// Why the last one did; empty when none has.
    package let reason: String
    /// Empty as long as the file was not read.
    package let sha256: [UInt8]

    /// What follows the last slash of its path.
    var name: Bytes { path[((path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...] }

    /// The columns that `init(_:)` reads, in its order.
    static let columns =
        "id, device, inode, size, modified_ns, path, root, state, since_us, attempts, reason, sha256, changed_ns"

    /// Reads a row of `columns`.
    ///
    /// - Throws: when the row is not what was written.
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
