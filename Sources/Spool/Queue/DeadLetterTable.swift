import Basics
package import SQLite

/// The table `dead`: records that the API refused permanently.
///
/// Methods that change it run in a transaction of the caller, which calls `adopt` once that transaction is committed.
package final class DeadLetterTable {
    private let database: SQLiteDatabase
    /// The number of dead letters.
    private(set) var count: Int

    init(_ database: SQLiteDatabase) throws(SQLiteError) {
        self.database = database
        count = try database.integer("SELECT count(*) FROM dead")
    }

    /// The dead letters with numbers above `sequence`, in the order of their arrival.
    package func page(after sequence: Int, limit: Int) throws(SQLiteError) -> [DeadLetter] {
        try letters("WHERE seq > ? ORDER BY seq LIMIT ?", sequence, limit)
    }

    /// One dead letter; `nil` when there is none with this number.
    package func letter(_ sequence: Int) throws(SQLiteError) -> DeadLetter? {
        try letters("WHERE seq = ? LIMIT ?", sequence, 1).first
    }

    private func letters(_ which: String, _ first: Int, _ second: Int) throws(SQLiteError) -> [DeadLetter] {
        let columns = StoredRecord.columns + ", status, reason, died_us"
        return try database.rows("SELECT \(columns) FROM dead \(which)", first, second) { row throws(SQLiteError) in
            DeadLetter(
                record: try StoredRecord(row),
                status: row.integer(7),
                reason: row.text(8),
                diedAt: row.timestamp(9)
            )
        }
    }

    /// An estimate of the bytes of all dead letters.
    func bytes() throws(SQLiteError) -> Int {
        try StoredRecord.estimatedBytes(of: "dead", rows: count, in: database)
    }

    /// Copies a waiting record into this table.
    func add(_ record: StoredRecord, status: Int, reason: String, at instant: Timestamp) throws(SQLiteError) {
        try database.run(
            """
            INSERT INTO dead(seq, id, kind, call, received_us, body, sum, status, reason, died_us)
                SELECT seq, id, kind, call, received_us, body, sum, ?, ?, ? FROM record WHERE seq = ?
            """,
            status,
            reason,
            instant,
            record.sequence
        )
    }

    /// Makes a dead letter a waiting record with a new number.
    func revive(_ sequence: Int, as newSequence: Int) throws(SQLiteError) {
        try database.run(
            """
            INSERT INTO record(seq, id, kind, call, received_us, body, sum)
                SELECT ?, id, kind, call, received_us, body, sum FROM dead WHERE seq = ?
            """,
            newSequence,
            sequence
        )
        try remove(sequence)
    }

    func remove(_ sequence: Int) throws(SQLiteError) {
        try database.run("DELETE FROM dead WHERE seq = ?", sequence)
    }

    /// Applies a committed change of the number of dead letters.
    func adopt(_ change: Int) { count += change }
}
