import SQLite

/// The table `tally`: the counts of records by kind.
final class RecordTally {
    private let update: SQLiteStatement
    /// The counts, as committed.
    private(set) var totals: [RecordKind: RecordCounts]

    init(_ database: SQLiteDatabase) throws(SQLiteError) {
        totals = try Self.totals(in: database)
        update = try database.prepare(
            """
            UPDATE tally SET received = received + ?, delivered = delivered + ?, waiting = waiting + ?,
                dead = dead + ?, dropped = dropped + ?, filtered = filtered + ?, refused = refused + ?,
                lost = lost + ? WHERE kind = ?
            """
        )
    }

    static func totals(in database: SQLiteDatabase) throws(SQLiteError) -> [RecordKind: RecordCounts] {
        let rows = try database.rows("SELECT kind, \(RecordCounts.columnNames) FROM tally") { row in
            var counts = RecordCounts()
            for (index, column) in RecordCounts.columns.enumerated() {
                counts[keyPath: column] = row.integer(Int32(index + 1))
            }
            return (RecordKind(rawValue: row.integer(0)), counts)
        }
        return rows.reduce(into: [:]) { totals, row in if let kind = row.0 { totals[kind] = row.1 } }
    }

    /// Stores a change of the counts in the current transaction; call `adopt` once it is committed.
    func add(_ changes: [RecordKind: RecordCounts]) throws(SQLiteError) {
        for (kind, change) in changes where change != RecordCounts() {
            for (index, column) in RecordCounts.columns.enumerated() {
                try update.bind(Int32(index + 1), change[keyPath: column])
            }
            try update.bind(Int32(RecordCounts.columns.count + 1), kind.rawValue)
            try update.run()
        }
    }

    /// Applies a committed change of the counts to those in memory.
    func adopt(_ changes: [RecordKind: RecordCounts]) {
        for (kind, change) in changes { totals[kind, default: RecordCounts()] += change }
    }
}
