import Basics
package import SQLite

/// The tables `call` and `recorded`: data about calls from CDRs, and about their recordings from events.
package final class CallTable {
    private let insertCall: SQLiteStatement
    private let insertRecording: SQLiteStatement
    private let selectCall: SQLiteStatement
    private let selectLinked: SQLiteStatement
    private let selectRecordings: SQLiteStatement
    private let database: SQLiteDatabase
    private var calls: FadingTable
    private var recorded: FadingTable

    /// The most notes that are returned for files with one name, the latest ones.
    private static let mostRecordings = 100

    init(_ database: SQLiteDatabase) throws(SQLiteError) {
        self.database = database
        calls = try FadingTable("call", in: database)
        recorded = try FadingTable("recorded", in: database)
        let (call, recording) = (CallNote.columns, RecordingNote.columns)
        insertCall = try database.prepare(Self.insertion(into: "call", call))
        insertRecording = try database.prepare(Self.insertion(into: "recorded", recording))
        let best = "ORDER BY answered DESC, billsec DESC, id LIMIT 1"
        let selection = "SELECT \(call.joined(separator: ", ")) FROM call"
        selectCall = try database.prepare("\(selection) WHERE channel = ? AND uniqueid = ? \(best)")
        // The second condition is that of the partial index, which is used only with it.
        selectLinked = try database.prepare("\(selection) WHERE linkedid = ? AND linkedid <> uniqueid \(best)")
        selectRecordings = try database.prepare(
            "SELECT \(recording.joined(separator: ", ")) FROM recorded WHERE name = ? ORDER BY id DESC LIMIT ?"
        )
    }

    private static func insertion(into table: String, _ columns: [String]) -> String {
        let places = columns.map { _ in "?" }.joined(separator: ", ")
        return "INSERT INTO \(table)(\(columns.joined(separator: ", ")), id) VALUES (\(places), ?)"
    }

    /// The number of CDRs with a note.
    var count: Int { calls.ids.count }

    /// Stores notes in the current transaction; call `didKeep` once it is committed.
    func keep(_ notes: CallNotes) throws(SQLiteError) {
        for (offset, note) in notes.calls.enumerated() { try insert(note, as: calls.ids.upperBound + offset) }
        for (offset, note) in notes.recordings.enumerated() { try insert(note, as: recorded.ids.upperBound + offset) }
    }

    func didKeep(_ notes: CallNotes) {
        calls.append(notes.calls.count)
        recorded.append(notes.recordings.count)
    }

    /// The call with this UniqueID, else the best of the calls that have it as their linkedid; `nil` until a CDR came.
    ///
    /// Of several CDRs with one UniqueID the best is used: an answered one before others, then the one with the most
    /// billable seconds.
    ///
    /// - Parameter channel: the `CallKey` of `id`.
    package func call(_ id: [UInt8], channel: Int) throws(SQLiteError) -> CallNote? {
        if let call = try call(uniqueID: id, channel: channel) { return call }
        return try call(linkedID: id)
    }

    /// Deletes some notes from before a moment, and some while there are more than `limit` of a kind; false when there
    /// was none to delete.
    func forget(receivedBefore instant: Timestamp, limit: Int) throws(SQLiteError) -> Bool {
        let isCallForgotten = try calls.forget(receivedBefore: instant, limit: limit, in: database)
        let isFileForgotten = try recorded.forget(receivedBefore: instant, limit: limit, in: database)
        return isCallForgotten || isFileForgotten
    }

    private func insert(_ note: CallNote, as id: Int) throws(SQLiteError) {
        try insertCall.bind(1, note.channel)
        try insertCall.bind(2, note.uniqueID[...])
        if note.linkedID.isEmpty { try insertCall.bindNull(3) } else { try insertCall.bind(3, note.linkedID[...]) }
        try insertCall.bind(4, note.source[...])
        try insertCall.bind(5, note.destination[...])
        try insertCall.bind(6, note.direction)
        try insertCall.bind(7, note.queue[...])
        try insertCall.bind(8, note.isAnswered ? 1 : 0)
        try insertCall.bind(9, note.billableSeconds)
        try insertCall.bind(10, Int(note.receivedAt.microseconds))
        try insertCall.bind(11, id)
        try insertCall.run()
    }

    private func insert(_ note: RecordingNote, as id: Int) throws(SQLiteError) {
        try insertRecording.bind(1, note.name)
        try insertRecording.bind(2, note.path[...])
        try insertRecording.bind(3, note.uniqueID[...])
        try insertRecording.bind(4, note.linkedID[...])
        try insertRecording.bind(5, note.isCertain ? 1 : 0)
        try insertRecording.bind(6, Int(note.receivedAt.microseconds))
        try insertRecording.bind(7, id)
        try insertRecording.run()
    }

    /// The best note of this UniqueID.
    private func call(uniqueID: [UInt8], channel: Int) throws(SQLiteError) -> CallNote? {
        defer { selectCall.reset() }
        try selectCall.bind(1, channel)
        try selectCall.bind(2, uniqueID[...])
        return try selectCall.step() ? CallNote(selectCall) : nil
    }

    /// The best note with this linkedid, except those that have it as their UniqueID.
    private func call(linkedID: [UInt8]) throws(SQLiteError) -> CallNote? {
        defer { selectLinked.reset() }
        try selectLinked.bind(1, linkedID[...])
        return try selectLinked.step() ? CallNote(selectLinked) : nil
    }

    /// The latest notes of files with this name, the latest first.
    package func recordings(named name: Int) throws(SQLiteError) -> [RecordingNote] {
        defer { selectRecordings.reset() }
        try selectRecordings.bind(1, name)
        try selectRecordings.bind(2, Self.mostRecordings)
        var notes: [RecordingNote] = []
        while try selectRecordings.step() { notes.append(RecordingNote(selectRecordings)) }
        return notes
    }
}
