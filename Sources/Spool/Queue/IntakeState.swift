import Basics
import SQLite

/// The state that the spool updates with each intake: columns of the one row of the table `state`.
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

    private static let columns = "next_seq, last_id, alive_us, latest_start, intake, keys, keys_forgotten"

    init(in database: SQLiteDatabase) throws(SQLiteError) {
        let rows = try database.rows("SELECT \(Self.columns) FROM state") { IntakeState($0) }
        guard let state = rows.first else { throw .damagedFile("state", "it has no row") }
        self = state
    }

    private init(_ row: SQLiteStatement) {
        nextSequence = row.integer(0)
        lastID = row.isNull(1) ? nil : row.bytes(1)
        aliveAt = row.isNull(2) ? nil : row.timestamp(2)
        latestStart = row.integer(3)
        intake = row.integer(4)
        keys = row.integer(5)
        forgottenKeys = row.integer(6)
    }

    /// Updates the state for stored records.
    mutating func note(_ taken: [NewRecord], completeUntil: Timestamp?) {
        guard let last = taken.last else { return }
        latestStart = taken.reduce(latestStart) { max($0, CallKey.start(of: $1.call)) }
        nextSequence += taken.count
        (lastID, aliveAt) = (last.id, min(completeUntil ?? last.receivedAt, last.receivedAt))
        keys += taken.count
    }

    /// The statement that `store` runs.
    static func update(in database: SQLiteDatabase) throws(SQLiteError) -> SQLiteStatement {
        try database.prepare(
            """
            UPDATE state SET next_seq = ?, last_id = ?, alive_us = ?, latest_start = ?, intake = ?, keys = ?,
                keys_forgotten = ?
            """
        )
    }

    func store(_ update: SQLiteStatement) throws(SQLiteError) {
        try update.bind(1, nextSequence)
        if let lastID { try update.bind(2, lastID[...]) } else { try update.bindNull(2) }
        if let aliveAt { try update.bind(3, Int(aliveAt.microseconds)) } else { try update.bindNull(3) }
        try update.bind(4, latestStart)
        try update.bind(5, intake)
        try update.bind(6, keys)
        try update.bind(7, forgottenKeys)
        try update.run()
    }
}
