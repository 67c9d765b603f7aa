package import Basics
package import SQLite

/// The tables `recording` and `recording_tally`: the state of each recording, and the counts of recordings.
///
/// A change that is repeated after a failure happens only once.
package final class RecordingTable {
    private let database: SQLiteDatabase
    private(set) var totals: RecordingCounts
    /// Since when the first seen of the waiting recordings has waited; `nil` when none waits.
    private(set) var oldest: Timestamp?

    init(_ database: SQLiteDatabase) throws(SQLiteError) {
        self.database = database
        totals = try Self.totals(in: database)
        oldest = try Self.oldest(in: database)
    }

    static func totals(in database: SQLiteDatabase) throws(SQLiteError) -> RecordingCounts {
        let rows = try database.rows("SELECT \(RecordingCounts.columnNames) FROM recording_tally") { row in
            var counts = RecordingCounts()
            for (index, column) in RecordingCounts.columns.enumerated() {
                counts[keyPath: column] = row.integer(Int32(index))
            }
            return counts
        }
        guard let totals = rows.first else { throw .damagedFile("recording_tally", "it has no row") }
        return totals
    }

    /// One recording; `nil` when there is none with this id.
    package func recording(_ id: Int) throws(SQLiteError) -> StoredRecording? {
        try recordings("WHERE id = ? LIMIT ?", id, 1).first
    }

    /// The recordings in one state with ids above `id`, in the order in which they were first seen.
    package func page(_ state: RecordingState, after id: Int, limit: Int) throws(SQLiteError) -> [StoredRecording] {
        try recordings("WHERE state = \(state.rawValue) AND id > ? ORDER BY id LIMIT ?", id, limit)
    }

    /// The number of recordings in each state; a state that is missing has none.
    package func counts() throws(SQLiteError) -> [RecordingState: Int] {
        let rows = try database.rows("SELECT state, count(*) FROM recording GROUP BY state") {
            (RecordingState(rawValue: $0.integer(0)), $0.integer(1))
        }
        return rows.reduce(into: [:]) { counts, row in if let state = row.0 { counts[state] = row.1 } }
    }

    private func recordings(_ which: String, _ first: Int, _ second: Int) throws(SQLiteError) -> [StoredRecording] {
        try database.rows("SELECT \(StoredRecording.columns) FROM recording \(which)", first, second) {
            (row) throws(SQLiteError) in try StoredRecording(row)
        }
    }

    /// The known recordings with these stamps, in the order of `stamps`; a file that has changed counts as unknown.
    package func matching(_ stamps: [FileStamp]) throws(SQLiteError) -> [StoredRecording?] {
        let query = try database.prepare(
            "SELECT \(StoredRecording.columns) FROM recording WHERE inode = ? AND device = ?"
        )
        var found: [StoredRecording?] = []
        for stamp in stamps { found.append(try recording(stamp, query).flatMap { $0.look.matches(stamp) ? $0 : nil }) }
        return found
    }

    /// The row of a file, whether or not the file has changed since.
    private func recording(_ stamp: FileStamp, _ query: SQLiteStatement) throws(SQLiteError) -> StoredRecording? {
        defer { query.reset() }
        try query.bind(1, stamp.inode)
        try query.bind(2, stamp.device)
        return try query.step() ? try StoredRecording(query) : nil
    }

    /// Stores files: new and changed ones as seen, those that are unchanged and ready as waiting.
    package func note(_ sightings: [RecordingSighting], at instant: Timestamp) throws(SQLiteError) {
        let query = try database.prepare(
            "SELECT \(StoredRecording.columns) FROM recording WHERE inode = ? AND device = ?"
        )
        try change { (totals) throws(SQLiteError) in
            for sighting in sightings {
                let known = try recording(sighting.look, query)
                if let known, known.look.matches(sighting.look) {
                    try update(known, by: sighting, at: instant, &totals)
                } else {
                    if let known { try forget(known, &totals) }
                    try insert(sighting, at: instant)
                }
            }
        }
    }

    private func update(
        _ known: StoredRecording,
        by sighting: RecordingSighting,
        at instant: Timestamp,
        _ totals: inout RecordingCounts
    ) throws(SQLiteError) {
        if known.path != sighting.path || known.rootLength != sighting.rootLength {
            try database.run(
                "UPDATE recording SET path = ?, root = ? WHERE id = ?",
                sighting.path,
                sighting.rootLength,
                known.id
            )
        }
        guard known.state == .seen else { return }
        if known.look.changed != sighting.look.changed {
            try database.run("UPDATE recording SET changed_ns = ? WHERE id = ?", sighting.look.changed, known.id)
        }
        if sighting.isReady {
            totals += RecordingCounts(found: 1, waiting: 1)
            try set(.waiting, known.id, at: instant)
        }
    }

    private func insert(_ sighting: RecordingSighting, at instant: Timestamp) throws(SQLiteError) {
        try database.run(
            """
            INSERT INTO recording(device, inode, size, modified_ns, changed_ns, path, root, state, since_us)
                VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)
            """,
            sighting.look.device,
            sighting.look.inode,
            sighting.look.size,
            sighting.look.modified,
            sighting.look.changed,
            sighting.path,
            sighting.rootLength,
            instant
        )
    }

    /// Stores the digest of the file and returns the state after that: done, when the same was uploaded from another
    /// place; `nil` when there is no recording with this id.
    ///
    /// Two files on one device are never the same, unless one took the other's place: files of one call, in `in/` and
    /// `out/` with nothing but silence, are closed within one tick of the kernel's clock, and differ only in their
    /// folder.
    ///
    /// - Parameter changed: `FileStamp.changed` when the file was read.
    package func measured(
        _ id: Int,
        sha256: [UInt8],
        changed: Int = 0,
        at instant: Timestamp
    ) throws(SQLiteError) -> RecordingState? {
        guard let known = try recording(id) else { return nil }
        guard known.state == .waiting else { return known.state }
        let others = try database.rows(
            """
            SELECT \(StoredRecording.columns) FROM recording
                WHERE modified_ns = ? AND size = ? AND sha256 = ? AND state = 2
            """,
            known.look.modified,
            known.look.size,
            sha256
        ) { (row) throws(SQLiteError) in try StoredRecording(row) }
        let isDone = others.contains { other in
            other.path == known.path || other.look.device != known.look.device && other.name == known.name
        }
        try change { (totals) throws(SQLiteError) in
            try database.run("UPDATE recording SET sha256 = ?, changed_ns = ? WHERE id = ?", sha256, changed, id)
            guard isDone else { return }
            totals += RecordingCounts(known: 1, waiting: -1)
            try set(.done, id, at: instant)
        }
        return isDone ? .done : .waiting
    }

    /// Records that the API has a recording; false when the file has changed meanwhile.
    func uploaded(_ id: Int, at instant: Timestamp) throws(SQLiteError) -> Bool {
        guard let known = try recording(id) else { return false }
        guard known.state == .waiting || known.state == .parked else { return known.state == .done }
        try change { (totals) throws(SQLiteError) in
            totals += known.state == .parked ? RecordingCounts(parked: -1) : RecordingCounts(waiting: -1)
            totals += RecordingCounts(uploaded: 1)
            try database.run("UPDATE recording SET reason = '' WHERE id = ?", id)
            try set(.done, id, at: instant)
        }
        return true
    }

    /// Records that an upload failed.
    ///
    /// - Parameters:
    ///   - attempts: the number of failed uploads, including this one.
    ///   - parks: whether the recording is given up, until an operator retries it.
    package func failed(
        _ id: Int,
        attempts: Int,
        reason: String,
        parks: Bool,
        at instant: Timestamp
    ) throws(SQLiteError) {
        guard let known = try recording(id), known.state == .waiting else { return }
        try change { (totals) throws(SQLiteError) in
            try database.run("UPDATE recording SET attempts = ?, reason = ? WHERE id = ?", attempts, reason, id)
            guard parks else { return }
            totals += RecordingCounts(waiting: -1, parked: 1)
            try set(.parked, id, at: instant)
        }
    }

    /// Deletes a recording whose file is gone or has changed.
    package func vanished(_ id: Int) throws(SQLiteError) {
        guard let known = try recording(id) else { return }
        try change { (totals) throws(SQLiteError) in try forget(known, &totals) }
    }

    /// Makes a parked recording wait for its upload again; false when there is none with this id.
    package func retry(_ id: Int, at instant: Timestamp) throws(SQLiteError) -> Bool {
        guard let known = try recording(id), known.state == .parked else { return false }
        try change { (totals) throws(SQLiteError) in
            totals += RecordingCounts(waiting: 1, parked: -1)
            try database.run("UPDATE recording SET attempts = 0 WHERE id = ?", id)
            try set(.waiting, id, at: instant)
        }
        return true
    }

    /// Deletes some of the recordings that are done or only seen, and too old to be found ready again; false when there
    /// was none to delete.
    package func forget(modifiedBefore instant: Timestamp) throws(SQLiteError) -> Bool {
        try database.run(
            """
            DELETE FROM recording WHERE id IN
                (SELECT id FROM recording WHERE modified_ns < ? AND state IN (0, 2) LIMIT 1000)
            """,
            Int(instant.microseconds) * 1000
        ) > 0
    }

    /// Since when the first seen of the waiting recordings has waited; `nil` when none waits.
    private static func oldest(in database: SQLiteDatabase) throws(SQLiteError) -> Timestamp? {
        try database.rows("SELECT since_us FROM recording WHERE state = 1 ORDER BY id LIMIT 1") { $0.timestamp(0) }
            .first
    }

    private func forget(_ known: StoredRecording, _ totals: inout RecordingCounts) throws(SQLiteError) {
        switch known.state {
        case .waiting: totals += RecordingCounts(vanished: 1, waiting: -1)
        case .parked: totals += RecordingCounts(vanished: 1, parked: -1)
        case .seen, .done: break
        }
        try database.run("DELETE FROM recording WHERE id = ?", known.id)
    }

    private func set(_ state: RecordingState, _ id: Int, at instant: Timestamp) throws(SQLiteError) {
        try database.run("UPDATE recording SET state = ?, since_us = ? WHERE id = ?", state.rawValue, instant, id)
    }

    /// Changes recordings and their counts in one transaction.
    private func change(
        _ body: (inout RecordingCounts) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        var new = totals
        try database.transaction { () throws(SQLiteError) in
            try body(&new)
            guard new != totals else { return }
            let assignments = RecordingCounts.columnNames.split(separator: ",").map { "\($0) = ?" }
            let statement = try database.prepare("UPDATE recording_tally SET \(assignments.joined(separator: ","))")
            for (index, column) in RecordingCounts.columns.enumerated() {
                try statement.bind(Int32(index + 1), new[keyPath: column])
            }
            try statement.run()
        }
        totals = new
        oldest = try Self.oldest(in: database)
    }
}
