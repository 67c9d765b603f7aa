import Basics
import SQLite

/// What the spool notes with everything that it takes in; its row of the table `state`.
struct IntakeState {
    /// The number of the next record.
    var nextSequence: Int
    /// The key of the last record accepted.
    var lastID: [UInt8]?
    /// Up to when nothing was missed: the last acceptance, or a later moment at which nothing was on its way.
    var aliveAt: Timestamp?
    /// The latest start of a call so far; see CallKey.
    var latestStart: Int
    /// The number of the last group or gap that was stored.
    var intake: Int
    /// Keys that are remembered.
    var keys: Int
    /// Keys that went for want of room, since the spool was made.
    var forgottenKeys: Int

    static let columns = "next_seq, last_id, alive_us, latest_start, intake, keys, keys_forgotten"

    init(_ row: SQLiteStatement) {
        nextSequence = row.integer(0)
        lastID = row.isNull(1) ? nil : row.bytes(1)
        aliveAt = row.isNull(2) ? nil : row.timestamp(2)
        latestStart = row.integer(3)
        intake = row.integer(4)
        keys = row.integer(5)
        forgottenKeys = row.integer(6)
    }
}
