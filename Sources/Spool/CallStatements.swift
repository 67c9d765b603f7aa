import Basics

/// The statements that keep notes of calls, and find them.
final class CallStatements {
    private let database: Database
    private let insertCall: Statement
    private let updateCall: Statement
    private let insertRecording: Statement
    private let updateRecording: Statement
    private let selectCall: Statement
    private let selectLinked: Statement
    private let selectRecordings: Statement

    init(_ database: Database) throws(SQLiteError) {
        self.database = database
        insertCall = try database.prepare(
            """
            INSERT INTO call(uniqueid, channel, answered, billsec, linkedid, src, dst, direction, queue, received_us)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING
            """
        )
        updateCall = try database.prepare(
            """
            UPDATE call SET answered = ?3, billsec = ?4, linkedid = ?5, src = ?6, dst = ?7, direction = ?8, queue = ?9,
                received_us = ?10 WHERE channel = ?2 AND uniqueid = ?1 AND (answered, billsec) < (?3, ?4)
            """
        )
        insertRecording = try database.prepare(
            """
            INSERT INTO recorded(name, path, uniqueid, linkedid, certain, received_us)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING
            """
        )
        updateRecording = try database.prepare(
            """
            UPDATE recorded SET uniqueid = ?3, linkedid = ?4, certain = ?5, received_us = ?6
                WHERE name = ?1 AND path = ?2 AND certain <= ?5
            """
        )
        let columns = CallNote.columns.joined(separator: ", ")
        selectCall = try database.prepare("SELECT \(columns) FROM call WHERE channel = ? AND uniqueid = ?")
        // The second condition is that of the index.
        selectLinked = try database.prepare(
            """
            SELECT \(columns) FROM call WHERE linkedid = ? AND linkedid <> uniqueid
                ORDER BY answered DESC, billsec DESC LIMIT 1
            """
        )
        selectRecordings = try database.prepare(
            "SELECT \(RecordingNote.columns.joined(separator: ", ")) FROM recorded WHERE name = ? LIMIT ?"
        )
    }

    /// Keeps a note, unless there is a better one of this UniqueID; true when there was none.
    func keep(_ note: CallNote) throws(SQLiteError) -> Bool {
        try bind(note, to: insertCall)
        try insertCall.run()
        if database.changes > 0 { return true }
        try bind(note, to: updateCall)
        try updateCall.run()
        return false
    }

    private func bind(_ note: CallNote, to statement: Statement) throws(SQLiteError) {
        try statement.bind(1, note.uniqueID[...])
        try statement.bind(2, note.channel)
        try statement.bind(3, note.isAnswered ? 1 : 0)
        try statement.bind(4, note.billableSeconds)
        if note.linkedID.isEmpty { try statement.bindNull(5) } else { try statement.bind(5, note.linkedID[...]) }
        try statement.bind(6, note.source[...])
        try statement.bind(7, note.destination[...])
        try statement.bind(8, note.direction)
        try statement.bind(9, note.queue[...])
        try statement.bind(10, Int(note.receivedAt.microseconds))
    }

    /// Keeps a note in place of an older one of this path, unless that one is more certain; true when there was none.
    func keep(_ note: RecordingNote) throws(SQLiteError) -> Bool {
        try bind(note, to: insertRecording)
        try insertRecording.run()
        if database.changes > 0 { return true }
        try bind(note, to: updateRecording)
        try updateRecording.run()
        return false
    }

    private func bind(_ note: RecordingNote, to statement: Statement) throws(SQLiteError) {
        try statement.bind(1, note.name)
        try statement.bind(2, note.path[...])
        try statement.bind(3, note.uniqueID[...])
        try statement.bind(4, note.linkedID[...])
        try statement.bind(5, note.isCertain ? 1 : 0)
        try statement.bind(6, Int(note.receivedAt.microseconds))
    }

    /// The call with this UniqueID.
    func call(uniqueID: [UInt8], channel: Int) throws(SQLiteError) -> CallNote? {
        defer { selectCall.reset() }
        try selectCall.bind(1, channel)
        try selectCall.bind(2, uniqueID[...])
        return try selectCall.step() ? CallNote(selectCall) : nil
    }

    /// The best of the calls with this linkedid, but for the one that has it as its UniqueID.
    func call(linkedID: [UInt8]) throws(SQLiteError) -> CallNote? {
        defer { selectLinked.reset() }
        try selectLinked.bind(1, linkedID[...])
        return try selectLinked.step() ? CallNote(selectLinked) : nil
    }

    /// What was told of files with this name, up to a number of them.
    func recordings(named name: Int, limit: Int) throws(SQLiteError) -> [RecordingNote] {
        defer { selectRecordings.reset() }
        try selectRecordings.bind(1, name)
        try selectRecordings.bind(2, limit)
        var notes: [RecordingNote] = []
        while try selectRecordings.step() { notes.append(RecordingNote(selectRecordings)) }
        return notes
    }
}
