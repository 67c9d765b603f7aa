import Basics
import SQLite

/// The numbers of events, so that none is given twice.
extension CallsStore {
    static let numbersSchema = "CREATE TABLE IF NOT EXISTS numbers(name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;"

    /// The highest number that any run has reserved; 0 for none.
    func reservedEventNumber() throws(CallsStoreError) -> Int {
        try transaction { () throws(SQLiteError) in
            try database.rows("SELECT value FROM numbers WHERE name = 'events'") { row throws(SQLiteError) in
                row.integer(0)
            }.first ?? 0
        }
    }

    /// Stores that numbers up to this one may be given.
    func reserveEventNumbers(upTo number: Int) throws(CallsStoreError) {
        _ = try transaction { () throws(SQLiteError) in
            try database.run(
                """
                INSERT INTO numbers VALUES ('events', ?) ON CONFLICT(name) DO UPDATE SET value = max(value, excluded.value)
                """,
                number
            )
        }
    }
}
