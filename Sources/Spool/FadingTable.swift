import Basics

/// A table of notes that are forgotten after a while, or when there are too many.
///
/// Its rows are in the order of a number that grows with the start of their calls, and fade by `received_us`. Calls last
/// as long as they like, and some numbers tell no start: so the table is gone through in portions, round after round.
struct FadingTable {
    let name: String
    /// The column that the table is ordered by.
    private let key: String
    private(set) var count: Int
    /// All rows up to here were looked at in this round.
    private var position = -1

    private static let portion = 1000

    /// Counts the rows, which reads the table once.
    init(_ name: String, key: String, in database: Database) throws(SQLiteError) {
        self.name = name
        self.key = key
        count = try database.integer("SELECT count(*) FROM \(name)")
    }

    /// Counts rows that were added and committed.
    mutating func note(added: Int) { count += added }

    /// Looks at a portion of the rows, and forgets those from before a moment, or the first ones while there are more
    /// than `limit`; false when there was none to forget in that portion.
    mutating func forget(
        receivedBefore instant: Timestamp,
        limit: Int,
        in database: Database
    ) throws(SQLiteError) -> Bool {
        guard count > 0 else { return false }
        let isCrowded = count > limit
        let first = isCrowded ? 0 : position + 1
        guard let last = try last(of: min(Self.portion, isCrowded ? count - limit : count), from: first, in: database)
        else {
            position = -1
            return false
        }
        let forgotten = try database.run(
            "DELETE FROM \(name) WHERE \(key) BETWEEN ? AND ? AND received_us < ?",
            first,
            last,
            isCrowded ? Int.max : Int(instant.microseconds)
        )
        count -= forgotten
        if !isCrowded { position = last }
        return forgotten > 0
    }

    /// The key of the last of some rows; `nil` when there is none.
    private func last(of count: Int, from first: Int, in database: Database) throws(SQLiteError) -> Int? {
        let keys = "SELECT \(key) AS key FROM \(name) WHERE \(key) >= ? ORDER BY \(key) LIMIT ?"
        let rows = try database.rows("SELECT max(key) FROM (\(keys))", first, count) { row in
            row.isNull(0) ? nil : row.integer(0)
        }
        return rows.first ?? nil
    }
}
