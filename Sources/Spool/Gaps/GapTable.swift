import Basics
package import SQLite

/// The table `gap`: periods in which records could be missed, each with the records before and after it.
///
/// Methods that change it run in a transaction of the caller and return a `Change`, which the caller passes to `adopt`
/// once that transaction is committed.
package final class GapTable {
    /// The change of the state in memory, for when a transaction is committed.
    struct Change {
        fileprivate var rows: Int
        fileprivate var open: [Int]
        fileprivate var refusal: Int?
        /// The cause of a new gap.
        fileprivate var added: String?
    }

    private let database: SQLiteDatabase
    /// Gaps after which no record has been accepted yet.
    private var unended: [Int]
    /// The gap of the records that are being refused now.
    private var refusal: Int?
    /// The number of rows: smaller than the number of gaps once some were merged.
    private var rows: Int
    /// How many gaps there are of each cause.
    private(set) var counts: [String: Int]
    /// The last few gaps, cached from the first query until one changes.
    private var known: [RecordedGap]?

    /// The cause of the gap that a full spool makes.
    private static let refused = "refused"

    init(_ database: SQLiteDatabase) throws(SQLiteError) {
        self.database = database
        unended = try database.rows("SELECT id FROM gap WHERE after IS NULL") { $0.integer(0) }
        let causes = try database.rows("SELECT cause, sum(count) FROM gap GROUP BY cause") { row in
            (row.text(0), row.integer(1))
        }
        counts = Dictionary(causes) { $0 + $1 }
        rows = try database.integer("SELECT count(*) FROM gap")
    }

    /// Stores a gap; the next accepted record ends it.
    ///
    /// - Parameter last: the record before it.
    func add(_ gap: NewGap, behind last: [UInt8]?) throws(SQLiteError) -> Change {
        let joined = try joinOldest()
        let id = try insert(gap, behind: last)
        return Change(rows: joined.rows + 1, open: joined.open + [id], refusal: refusal, added: gap.cause)
    }

    /// Ends the open gaps with the first accepted record, and makes, extends or ends the gap of refused records.
    func note(taken: [NewRecord], refused: [NewRecord], behind last: [UInt8]?) throws(SQLiteError) -> Change {
        try end(unended, with: taken.first)
        let joined = refusal == nil && !refused.isEmpty ? try joinOldest() : (rows: rows, open: unended)
        let current = try declareRefusal(of: refused, until: taken.first { $0.kind == .cel }, behind: last)
        let isNew = current != refusal && current != nil
        return Change(
            rows: joined.rows + (isNew ? 1 : 0),
            open: taken.isEmpty ? joined.open : [],
            refusal: current,
            added: isNew ? Self.refused : nil
        )
    }

    /// Applies the change of a committed transaction to the state in memory.
    func adopt(_ change: Change) {
        (rows, unended, refusal) = (change.rows, change.open, change.refusal)
        if let cause = change.added { counts[cause, default: 0] += 1 }
    }

    /// The gaps with ids above `id`, the oldest first.
    package func page(after id: Int, limit: Int) throws(SQLiteError) -> [RecordedGap] {
        try database.rows(
            "SELECT \(RecordedGap.columns) FROM gap WHERE id > ? ORDER BY id LIMIT ?",
            id,
            limit
        ) { RecordedGap($0) }
    }

    /// The last few gaps, the oldest first; cached until one changes.
    func latest() throws(SQLiteError) -> [RecordedGap] {
        if let known { return known }
        let gaps = try latest(SpoolFigures.latestGapsCount)
        known = gaps
        return gaps
    }

    /// The last `count` gaps, the oldest first.
    package func latest(_ count: Int) throws(SQLiteError) -> [RecordedGap] {
        try database.rows("SELECT \(RecordedGap.columns) FROM gap ORDER BY id DESC LIMIT ?", count) {
            RecordedGap($0)
        }.reversed()
    }

    private func end(_ gaps: [Int], with first: NewRecord?) throws(SQLiteError) {
        guard let first, !gaps.isEmpty else { return }
        known = nil
        for gap in gaps { try database.run("UPDATE gap SET after = ? WHERE id = ?", first.id, gap) }
    }

    /// Makes or extends the gap of the records that are being refused, and ends it once CELs are accepted again;
    /// returns the gap that is then open.
    private func declareRefusal(
        of refused: [NewRecord],
        until first: NewRecord?,
        behind last: [UInt8]?
    ) throws(SQLiteError) -> Int? {
        guard let oldest = refused.first, let latest = refused.last else {
            guard let refusal, let first else { return refusal }
            try end([refusal], with: first)
            return nil
        }
        guard let refusal else {
            let gap = NewGap(
                cause: Self.refused,
                from: oldest.receivedAt,
                to: latest.receivedAt,
                events: refused.count
            )
            return try insert(gap, behind: last)
        }
        known = nil
        try database.run(
            "UPDATE gap SET to_us = ?, events = events + ? WHERE id = ?",
            latest.receivedAt,
            refused.count,
            refusal
        )
        return refusal
    }

    private func insert(_ gap: NewGap, behind last: [UInt8]?) throws(SQLiteError) -> Int {
        known = nil
        try database.run(
            "INSERT INTO gap(cause, from_us, to_us, events, before) VALUES (?, ?, ?, ?, ?)",
            gap.cause,
            gap.from,
            gap.to,
            gap.events,
            last
        )
        return database.lastInsertedRow
    }

    /// Merges the oldest gaps by cause when there are too many rows.
    ///
    /// Returns the number of rows left, and the open gaps among them.
    private func joinOldest() throws(SQLiteError) -> (rows: Int, open: [Int]) {
        guard rows >= GapMerge.limit else { return (rows, unended) }
        let oldest = try database.rows(
            "SELECT \(RecordedGap.columns) FROM gap WHERE id <> ? ORDER BY id LIMIT ?",
            refusal ?? 0,
            GapMerge.portion
        ) { RecordedGap($0) }
        guard let last = oldest.last else { return (rows, unended) }
        let merged = GapMerge(oldest).merged
        try database.run("DELETE FROM gap WHERE id <= ? AND id <> ?", last.id, refusal ?? 0)
        for gap in merged {
            try database.run(
                "INSERT INTO gap(\(RecordedGap.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                gap.id,
                gap.cause,
                gap.from,
                gap.to,
                gap.events,
                gap.before,
                gap.after,
                gap.count
            )
        }
        let kept = Set(merged.lazy.filter { $0.after == nil }.map(\.id))
        let left = unended.filter { $0 > last.id || kept.contains($0) }
        return (rows - oldest.count + merged.count, left + kept.subtracting(left))
    }
}
