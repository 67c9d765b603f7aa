import Basics
import SQLite

/// The table `ledger`: the keys of accepted records, by which a repeated record is found.
///
/// All methods run in a transaction of the caller. The number of keys is part of `IntakeState`.
final class KeyLedger {
    let budget: KeyBudget
    private let database: SQLiteDatabase
    private let insert: SQLiteStatement
    private let select: SQLiteStatement
    private let delete: SQLiteStatement

    init(_ database: SQLiteDatabase, budget: KeyBudget) throws(SQLiteError) {
        self.database = database
        self.budget = budget
        insert = try database.prepare("INSERT OR IGNORE INTO ledger(channel, id) VALUES (?, ?)")
        select = try database.prepare("SELECT channel, id FROM ledger ORDER BY channel, id LIMIT 1 OFFSET ?")
        delete = try database.prepare("DELETE FROM ledger WHERE (channel, id) < (?, ?)")
    }

    /// Stores the key of a record; false when it was already stored.
    func remember(_ record: NewRecord) throws(SQLiteError) -> Bool {
        try insert.bind(1, record.channel)
        try insert.bind(2, record.id.prefix(8).reduce(0) { $0 << 8 | Int($1) })
        try insert.run()
        return database.changes > 0
    }

    /// Deletes the oldest `count` keys for lack of room.
    func forget(_ count: Int, counting state: inout IntakeState) throws(SQLiteError) {
        guard count > 0 else { return }
        try select.bind(1, count)
        guard try select.step() else { return }
        let (channel, id) = (select.integer(0), select.integer(1))
        select.reset()
        try delete.bind(1, channel)
        try delete.bind(2, id)
        try delete.run()
        state.keys -= database.changes
        state.forgottenKeys += database.changes
    }

    /// Deletes some keys of records whose channels began before a moment.
    func forget(begunBefore instant: Timestamp, counting state: inout IntakeState) throws(SQLiteError) {
        let oldest = "SELECT max(channel) FROM (SELECT channel FROM ledger ORDER BY channel LIMIT 2000)"
        state.keys -= try database.run(
            "DELETE FROM ledger WHERE channel < ? AND channel <= (\(oldest))",
            CallKey.first(after: instant.seconds - 1)
        )
    }
}
