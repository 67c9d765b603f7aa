import Basics
import SQLite

/// The table `recording_id`: the ids that recordings got at the API, kept longer than the recordings themselves.
struct RecordingIDTable {
    let database: SQLiteDatabase

    /// The id of a recording at the API: the stored one, else the first candidate that no other recording has or had.
    ///
    /// - Parameter isThere: whether there is a recording with this id.
    func identify(
        recording id: Int,
        _ proposals: RecordingIDProposals,
        isThere: () throws(SQLiteError) -> Bool
    ) throws(SQLiteError) -> [UInt8]? {
        let noted = try database.rows("SELECT id FROM recording_id WHERE recording = ?", id) { $0.bytes(0) }
        if let noted = noted.first { return noted }
        guard try isThere() else { return nil }
        let since = try database.integer("SELECT ids_since FROM state")
        for candidate in proposals.candidates(idsSince: since) {
            let holders = try database.rows("SELECT 1 FROM recording_id WHERE id = ?", candidate) { $0.integer(0) }
            guard holders.isEmpty else { continue }
            try database.transaction { () throws(SQLiteError) in
                _ = try database.run("INSERT INTO recording_id(recording, id) VALUES (?, ?)", id, candidate)
            }
            return candidate
        }
        return proposals.marked.last
    }

    /// Deletes some of the ids of all but the last `limit` recordings.
    ///
    /// From then on, the id of a call that began before this moment counts as unknown.
    func forget(limit: Int) throws(SQLiteError) {
        try database.transaction { () throws(SQLiteError) in
            let count = try database.run(
                """
                DELETE FROM recording_id WHERE recording IN
                    (SELECT recording FROM recording_id
                        WHERE recording <= (SELECT max(recording) FROM recording_id) - ?
                        AND NOT EXISTS (SELECT 1 FROM recording WHERE id = recording_id.recording AND state IN (1, 3))
                        ORDER BY recording LIMIT 1000)
                """,
                limit
            )
            if count > 0 { try database.execute("UPDATE state SET ids_since = strftime('%s', 'now')") }
        }
    }
}
