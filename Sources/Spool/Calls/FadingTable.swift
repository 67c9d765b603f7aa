import Basics
import SQLite

/// A table of notes in the order of their arrival, by `id`, whose oldest rows are deleted by age and by number.
struct FadingTable {
    private let name: String
    /// The ids of the rows that exist.
    private(set) var ids: Range<Int>

    private static let portion = 1000

    init(_ name: String, in database: SQLiteDatabase) throws(SQLiteError) {
        self.name = name
        let first = try Self.first(of: name, in: database)
        let last = try database.integer("SELECT max(id) FROM \(name)")
        ids = (first ?? last + 1)..<last + 1
    }

    private static func first(of name: String, in database: SQLiteDatabase) throws(SQLiteError) -> Int? {
        try database.rows("SELECT id FROM \(name) ORDER BY id LIMIT 1") { $0.integer(0) }.first
    }

    /// Counts rows that were added at the end and committed.
    mutating func append(_ count: Int) { ids = ids.lowerBound..<ids.upperBound + count }

    /// Deletes, among the first 1000 ids, the rows from before a moment and those beyond `limit` rows; false when there
    /// was none to delete.
    mutating func forget(
        receivedBefore instant: Timestamp,
        limit: Int,
        in database: SQLiteDatabase
    ) throws(SQLiteError) -> Bool {
        guard !ids.isEmpty else { return false }
        let isAnyForgotten =
            try database.run(
                "DELETE FROM \(name) WHERE id < ? AND (received_us < ? OR id < ?)",
                ids.lowerBound + Self.portion,
                instant,
                ids.upperBound - limit
            ) > 0
        if isAnyForgotten { ids = (try Self.first(of: name, in: database) ?? ids.upperBound)..<ids.upperBound }
        return isAnyForgotten
    }
}
