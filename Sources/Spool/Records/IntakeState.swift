import Basics
import SQLite

/// The state that the spool updates with each intake: its row of the table `state`.
struct IntakeState {
    /// The number of the next record.
    var nextSequence: Int
    /// The key of the last accepted record; `nil` when there is none.
    var lastID: [UInt8]?
    /// The time up to which nothing was missed: the last intake, or a later moment at which nothing was pending.
    var aliveAt: Timestamp?
    /// The latest start of a call so far, in seconds since 1970; see `CallKey`.
    var latestStart: Int
    /// The number of the last group or gap that was stored.
    var intake: Int
    /// The number of keys that are stored.
    var keys: Int
    /// The number of keys deleted for lack of room since the spool was created.
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
