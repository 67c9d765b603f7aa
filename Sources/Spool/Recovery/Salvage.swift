import Basics
import SQLite

/// Copies everything that can be read of one database into a new one.
///
/// The new database is attached to the connection of the old one, so that SQLite copies the rows.
struct Salvage {
    /// The result of a copy.
    struct Report {
        /// The number of records in the new database, including dead letters.
        var kept = 0
        /// The number of records that were in the counts and could not be read.
        var lost = 0
        /// Whether anything could not be read.
        var isDamaged = false
    }

    private let source: SQLiteDatabase
    private let version: Int
    private var report = Report()
    /// The numbers of records that could not be read.
    private var holes: [ClosedRange<Int>] = []

    /// - Parameter source: stays open; nothing is attached to it afterwards.
    init(_ source: SQLiteDatabase) {
        self.source = source
        version = (try? source.integer("PRAGMA user_version")) ?? Schema.version
    }

    /// Copies everything into the new, empty database at `path`, which is complete and flushed when this returns.
    ///
    /// - Throws: the error that keeps the new file from being written; what could not be read is in the report.
    mutating func run(into path: String, at instant: Timestamp) throws(SQLiteError) -> Report {
        try source.run("ATTACH ? AS fresh", path)
        do throws(SQLiteError) {
            try source.execute("PRAGMA fresh.synchronous=FULL")
            try copyAll(at: instant)
            try source.execute("PRAGMA fresh.wal_checkpoint(TRUNCATE)")
        } catch {
            try? source.execute("DETACH fresh")
            throw error
        }
        try source.execute("DETACH fresh")
        return report
    }

    private mutating func copyAll(at instant: Timestamp) throws(SQLiteError) {
        let columns = ["seq", "id", "kind", "call", "received_us", "body", version < 2 ? "NULL" : "sum"]
        holes = try copy("record", columns, key: "seq")
        try dropChangedRows()
        if version > 1 {
            _ = try copy("dead", columns + ["status", "reason", "died_us"], key: "seq")
            let count = version > 5 ? "count" : "1"
            _ = try copy("gap", ["id", "cause", "from_us", "to_us", "events", "before", "after", count], key: "id")
            _ = try copy("memo", ["channel", "content"], key: "channel")
            _ = try copy("ledger", ["channel", "id"], key: "channel")
            _ = try copy("recording", RecordingSalvage.columns(version), key: "id")
        }
        if version > 2 {
            _ = try copy("call", ["id"] + CallNote.columns, key: "id")
            _ = try copy("recorded", ["id"] + RecordingNote.columns, key: "id")
        }
        if version > 3 { try copyLearned() }
        if version > 4 { try copyRecordingIDs() }
        _ = try copy("batch", ["id", "idempotency_key", "members"], key: "id")
        try dropIncompleteBatches()
        try copyState()
        try settleTotals()
        if version > 1, try !RecordingSalvage(source).settleTotals() { report.isDamaged = true }
        if !holes.isEmpty || report.lost > 0 { report.isDamaged = true }
        if report.isDamaged { try declareGap(at: instant) }
    }

    /// Copies a table; returns the ranges of keys in which nothing could be read.
    private mutating func copy(
        _ table: String,
        _ columns: [String],
        key: String
    ) throws(SQLiteError) -> [ClosedRange<Int>] {
        var copy = RowCopy(source, table: table, columns: columns, key: key)
        try copy.run()
        if !copy.holes.isEmpty { report.isDamaged = true }
        return copy.holes
    }

    /// Removes rows whose values do not match their checksum.
    private mutating func dropChangedRows() throws(SQLiteError) {
        var position = 0
        while true {
            let rows = try source.rows(
                "SELECT \(StoredRecord.columns) FROM fresh.record WHERE seq > ? ORDER BY seq LIMIT 1000",
                position
            ) { row in
                (sequence: row.integer(0), isIntact: (try? StoredRecord(row)) != nil)
            }
            guard let last = rows.last else { return }
            position = last.sequence
            for row in rows where !row.isIntact {
                try source.run("DELETE FROM fresh.record WHERE seq = ?", row.sequence)
                holes.append(row.sequence...row.sequence)
            }
        }
    }

    /// Drops batches that lack a record: they would have other bytes under the old key, so the remaining records go
    /// under a new one.
    private func dropIncompleteBatches() throws(SQLiteError) {
        let batches = try source.rows("SELECT id, members FROM fresh.batch") { ($0.integer(0), $0.text(1)) }
        for (id, text) in batches {
            let members = SequenceSet(text)
            var count = 0
            for range in members?.ranges ?? [] {
                count += try source.integer(
                    "SELECT count(*) FROM fresh.record WHERE seq BETWEEN \(range.lowerBound) AND \(range.upperBound)"
                )
            }
            if members == nil || count != members?.count {
                try source.run("DELETE FROM fresh.batch WHERE id = ?", id)
            }
        }
    }

    /// Copies these few rows all or not at all, since they have no integer key to read around damage; they can be
    /// learned again.
    private mutating func copyLearned() throws(SQLiteError) {
        do throws(SQLiteError) {
            try source.execute("INSERT INTO fresh.learned SELECT name, content FROM main.learned")
        } catch {
            guard error.trouble == .damaged else { throw error }
            report.isDamaged = true
        }
    }

    /// Copies the ids, and keeps the number of a recording of which only the id is left from being used again.
    private mutating func copyRecordingIDs() throws(SQLiteError) {
        _ = try copy("recording_id", ["recording", "id"], key: "recording")
        try source.execute(
            """
            INSERT INTO fresh.sqlite_sequence(name, seq) SELECT 'recording', 0
                WHERE NOT EXISTS (SELECT 1 FROM fresh.sqlite_sequence WHERE name = 'recording')
            """
        )
        try source.execute(
            """
            UPDATE fresh.sqlite_sequence SET seq = max(seq, (SELECT ifnull(max(recording), 0) FROM fresh.recording_id))
                WHERE name = 'recording'
            """
        )
    }

    private mutating func copyState() throws(SQLiteError) {
        let columns =
            "next_seq, last_id, alive_us, latest_start, generation" + (version > 5 ? ", intake, keys_forgotten" : "")
        let isCopied =
            version > 1
            && (try? source.run("UPDATE fresh.state SET (\(columns)) = (SELECT \(columns) FROM main.state LIMIT 1)"))
                != nil
        if !isCopied { report.isDamaged = report.isDamaged || version > 1 }
        // The next number is above every number that may have been used: a number is never used twice.
        try source.execute(
            """
            UPDATE fresh.state SET generation = generation + 1, clean = 1,
                keys = (SELECT count(*) FROM fresh.ledger),
                next_seq = max(next_seq, 1 + (SELECT ifnull(max(seq), 0) FROM fresh.record)
                    + \(isCopied ? 0 : 1_000_000)),
                latest_start = \(isCopied ? "latest_start" : "strftime('%s', 'now')")
            """
        )
    }

    /// Copies the counts and corrects them: records that are counted as waiting and are missing count as lost.
    private mutating func settleTotals() throws(SQLiteError) {
        let totals = version > 1 ? try? RecordTally.totals(in: source) : nil
        if totals == nil { report.isDamaged = report.isDamaged || version > 1 }
        for kind in RecordKind.allCases {
            var counts = totals?[kind] ?? RecordCounts()
            let waiting = try count("record", kind)
            let dead = try count("dead", kind)
            if totals == nil {
                counts.received = waiting + dead
            } else {
                let lost = max(0, counts.waiting - waiting) + max(0, counts.dead - dead)
                counts.lost += lost
                report.lost += lost
            }
            (counts.waiting, counts.dead) = (waiting, dead)
            counts.received = max(counts.received, counts.accountedFor)
            report.kept += waiting + dead
            try source.run("DELETE FROM fresh.tally WHERE kind = ?", kind.rawValue)
            try source.run(
                "INSERT INTO fresh.tally VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                kind.rawValue,
                counts.received,
                counts.delivered,
                counts.waiting,
                counts.dead,
                counts.dropped,
                counts.filtered,
                counts.refused,
                counts.lost
            )
        }
    }

    private func count(_ table: String, _ kind: RecordKind) throws(SQLiteError) -> Int {
        try source.integer("SELECT count(*) FROM fresh.\(table) WHERE kind = \(kind.rawValue)")
    }

    /// Stores a gap that says between which records some are lost.
    private func declareGap(at instant: Timestamp) throws(SQLiteError) {
        let first = holes.map(\.lowerBound).min() ?? 0
        let last = holes.map(\.upperBound).max() ?? .max
        let columns = "id, received_us FROM fresh.record WHERE seq"
        let before = try source.rows("SELECT \(columns) < ? ORDER BY seq DESC LIMIT 1", first) {
            ($0.bytes(0), $0.timestamp(1))
        }.first
        let after = try source.rows("SELECT \(columns) > ? ORDER BY seq LIMIT 1", last) {
            ($0.bytes(0), $0.timestamp(1))
        }.first
        try source.run(
            "INSERT INTO fresh.gap(cause, from_us, to_us, events, before, after) VALUES ('damaged', ?, ?, ?, ?, ?)",
            before?.1 ?? Timestamp(seconds: 0),
            after?.1 ?? instant,
            report.lost,
            before?.0,
            after?.0
        )
    }
}
