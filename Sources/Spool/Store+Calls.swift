import Basics

extension Store {
    /// Files of one name in more folders than this are not told apart.
    private static let mostRecordings = 100

    /// Keeps notes in a transaction that is under way; answers how many are new.
    func keep(_ notes: CallNotes) throws(SQLiteError) -> (calls: Int, recordings: Int) {
        var new = (calls: 0, recordings: 0)
        for note in notes.calls where try callStatements.keep(note) { new.calls += 1 }
        for note in notes.recordings where try callStatements.keep(note) { new.recordings += 1 }
        return new
    }

    /// The call with this UniqueID; else the best of those with it as their linkedid.
    func call(_ id: [UInt8], channel: Int) throws(SQLiteError) -> CallNote? {
        if let call = try callStatements.call(uniqueID: id, channel: channel) { return call }
        return try callStatements.call(linkedID: id)
    }

    func recordings(named name: Int) throws(SQLiteError) -> [RecordingNote] {
        try callStatements.recordings(named: name, limit: Self.mostRecordings)
    }

    /// Forgets some notes from before a moment, and some while there are more than `limit` of a kind; false when there
    /// was none among those looked at.
    func forgetCalls(receivedBefore instant: Timestamp, limit: Int) throws(SQLiteError) -> Bool {
        let calls = try calls.forget(receivedBefore: instant, limit: limit, in: database)
        let recorded = try recorded.forget(receivedBefore: instant, limit: limit, in: database)
        return calls || recorded
    }
}
