import SQLite

/// The table `batch`: which records are sent in one request, and under which key.
final class BatchTable {
    /// A row of the table.
    struct Row {
        let id: Int
        let key: String
        let members: SequenceSet
    }

    private let database: SQLiteDatabase
    private let insert: SQLiteStatement
    private let delete: SQLiteStatement

    init(_ database: SQLiteDatabase) throws(SQLiteError) {
        self.database = database
        insert = try database.prepare("INSERT INTO batch(idempotency_key, members) VALUES (?, ?)")
        delete = try database.prepare("DELETE FROM batch WHERE id = ?")
    }

    /// All batches, in the order of their creation.
    static func rows(in database: SQLiteDatabase) throws(SQLiteError) -> [Row] {
        try database.rows("SELECT id, idempotency_key, members FROM batch ORDER BY id") { row throws(SQLiteError) in
            guard let members = SequenceSet(row.text(2)) else { throw .damagedRow(row.integer(0)) }
            return Row(id: row.integer(0), key: row.text(1), members: members)
        }
    }

    /// All batches, in the order of their creation.
    func rows() throws(SQLiteError) -> [Row] { try Self.rows(in: database) }

    /// Creates a batch and returns its id.
    func add(key: String, members: SequenceSet) throws(SQLiteError) -> Int {
        try insert.bind(1, key)
        try insert.bind(2, members.description)
        try insert.run()
        return database.lastInsertedRow
    }

    /// Removes a batch, but not its records; false when it was already removed.
    func remove(_ id: Int) throws(SQLiteError) -> Bool {
        try delete.bind(1, id)
        try delete.run()
        return database.changes > 0
    }
}
