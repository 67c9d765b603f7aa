import SQLite

/// Brings the books of recordings in line with what could be copied of them into the attached database `fresh`.
struct RecordingSalvage {
    private let source: SQLiteDatabase

    init(_ source: SQLiteDatabase) { self.source = source }

    /// The columns of a spool of this version, to be copied by their place.
    static func columns(_ version: Int) -> [String] {
        let columns = StoredRecording.columns.split(separator: ",").map { String($0.drop { $0 == " " }) }
        return version < 5 ? columns.map { $0 == "changed_ns" ? "0" : $0 } : columns
    }

    /// Corrects the books: what they say waits, and is not there, is lost; its files are found again.
    ///
    /// - Returns: false when the old books cannot be read.
    func settleBooks() throws(SQLiteError) -> Bool {
        let books = try? Store.recordingBooks(in: source)
        let (waiting, parked) = (try count(.waiting), try count(.parked))
        var tally = books ?? RecordingTally(found: waiting + parked)
        if books != nil {
            tally.lost += max(0, tally.waiting - waiting) + max(0, tally.parked - parked)
        }
        (tally.waiting, tally.parked) = (waiting, parked)
        tally.found = max(tally.found, tally.accountedFor)
        try source.run(
            "UPDATE fresh.recording_tally SET (\(RecordingTally.columnNames)) = (?, ?, ?, ?, ?, ?, ?)",
            tally.found,
            tally.uploaded,
            tally.known,
            tally.vanished,
            tally.waiting,
            tally.parked,
            tally.lost
        )
        return books != nil
    }

    private func count(_ state: RecordingState) throws(SQLiteError) -> Int {
        try source.integer("SELECT count(*) FROM fresh.recording WHERE state = \(state.rawValue)")
    }
}
