import Basics
import SQLite

extension Store {
    /// Of files with one name, so many of the latest are told apart.
    private static let mostRecordings = 100

    /// Keeps notes in a transaction that is under way; `note(_:)` follows when it is committed.
    func keep(_ notes: CallNotes) throws(SQLiteError) {
        for (offset, note) in notes.calls.enumerated() {
            try callStatements.insert(note, as: calls.ids.upperBound + offset)
        }
        for (offset, note) in notes.recordings.enumerated() {
            try callStatements.insert(note, as: recorded.ids.upperBound + offset)
        }
    }

    func note(_ notes: CallNotes) {
        calls.append(notes.calls.count)
        recorded.append(notes.recordings.count)
    }

    /// The call with this UniqueID; else the best of those with it as their linkedid.
    func call(_ id: [UInt8], channel: Int) throws(SQLiteError) -> CallNote? {
        if let call = try callStatements.call(uniqueID: id, channel: channel) { return call }
        return try callStatements.call(linkedID: id)
    }

    func recordings(named name: Int) throws(SQLiteError) -> [RecordingNote] {
        try callStatements.recordings(named: name, limit: Self.mostRecordings)
    }

    /// Forgets some notes from before a moment, and some while there are more than `limit` of a kind; false when none are
    /// left.
    func forgetCalls(receivedBefore instant: Timestamp, limit: Int) throws(SQLiteError) -> Bool {
        let calls = try calls.forget(receivedBefore: instant, limit: limit, in: database)
        let recorded = try recorded.forget(receivedBefore: instant, limit: limit, in: database)
        return calls || recorded
    }
}
