import SQLite

/// Matches the counts of recordings to the recordings that could be copied into the attached database `fresh`.
struct RecordingSalvage {
    private let source: SQLiteDatabase

    init(_ source: SQLiteDatabase) { self.source = source }

    /// The columns of a spool of this version, to be copied by position.
    static func columns(_ version: Int) -> [String] {
        let columns = StoredRecording.columns.split(separator: ",").map { String($0.drop { $0 == " " }) }
        return version < 5 ? columns.map { $0 == "changed_ns" ? "0" : $0 } : columns
    }

    /// Corrects the counts: recordings that are counted as waiting and are missing count as lost; their files are found
    /// again.
    ///
    /// - Returns: false when the old counts cannot be read.
    func settleTotals() throws(SQLiteError) -> Bool {
        let totals = try? RecordingTable.totals(in: source)
        let (waiting, parked) = (try count(.waiting), try count(.parked))
        var counts = totals ?? RecordingCounts(found: waiting + parked)
        if totals != nil {
            counts.lost += max(0, counts.waiting - waiting) + max(0, counts.parked - parked)
        }
        (counts.waiting, counts.parked) = (waiting, parked)
        counts.found = max(counts.found, counts.accountedFor)
        try source.run(
            "UPDATE fresh.recording_tally SET (\(RecordingCounts.columnNames)) = (?, ?, ?, ?, ?, ?, ?)",
            counts.found,
            counts.uploaded,
            counts.known,
            counts.vanished,
            counts.waiting,
            counts.parked,
            counts.lost
        )
        return totals != nil
    }

    private func count(_ state: RecordingState) throws(SQLiteError) -> Int {
        try source.integer("SELECT count(*) FROM fresh.recording WHERE state = \(state.rawValue)")
    }
}
