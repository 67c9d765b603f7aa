import Basics

/// The statements that the spool runs over and over, prepared once.
final class Statements {
    private let database: Database
    private let insertRecord: Statement
    private let updateNextSequence: Statement
    private let countReceived: Statement
    private let countDelivered: Statement
    private let insertBatch: Statement
    private let selectRecords: Statement
    private let deleteRecords: Statement
    private let deleteBatch: Statement
    private let selectOldest: Statement
    private let selectPageCount: Statement

    init(_ database: Database) throws(SQLiteError) {
        self.database = database
        insertRecord = try database.prepare(
            "INSERT INTO record(seq, id, kind, call, received_us, body) VALUES (?, ?, ?, ?, ?, ?)"
        )
        updateNextSequence = try database.prepare("UPDATE meta SET value = ? WHERE name = 'next_seq'")
        countReceived = try database.prepare("UPDATE tally SET received = received + ? WHERE kind = ?")
        countDelivered = try database.prepare("UPDATE tally SET delivered = delivered + ? WHERE kind = ?")
        insertBatch = try database.prepare("INSERT INTO batch(idempotency_key, members) VALUES (?, ?)")
        selectRecords = try database.prepare(
            "SELECT seq, kind, call, received_us, body FROM record WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?"
        )
        deleteRecords = try database.prepare("DELETE FROM record WHERE seq BETWEEN ? AND ?")
        deleteBatch = try database.prepare("DELETE FROM batch WHERE id = ?")
        selectOldest = try database.prepare("SELECT received_us FROM record ORDER BY seq LIMIT 1")
        selectPageCount = try database.prepare("PRAGMA page_count")
    }

    func insert(_ record: NewRecord, as sequence: Int) throws(SQLiteError) {
        try insertRecord.bind(1, sequence)
        try insertRecord.bind(2, record.id[...])
        try insertRecord.bind(3, record.kind.rawValue)
        try insertRecord.bind(4, record.call)
        try insertRecord.bind(5, Int(record.receivedAt.microseconds))
        try insertRecord.bind(6, record.body[...])
        try insertRecord.run()
    }

    func setNextSequence(_ sequence: Int) throws(SQLiteError) {
        try updateNextSequence.bind(1, sequence)
        try updateNextSequence.run()
    }

    func count(_ kind: RecordKind, received: Int) throws(SQLiteError) {
        try run(countReceived, received, kind.rawValue)
    }

    func count(_ kind: RecordKind, delivered: Int) throws(SQLiteError) {
        guard delivered > 0 else { return }
        try run(countDelivered, delivered, kind.rawValue)
    }

    /// Makes a batch and answers its number.
    func insertBatch(key: String, members: SequenceSet) throws(SQLiteError) -> Int {
        try insertBatch.bind(1, key)
        try insertBatch.bind(2, members.description)
        try insertBatch.run()
        return database.lastInsertedRow
    }

    /// The records that `choice` takes, of the first `limit` from `first` on that are not in `frozen`.
    func choose(
        from first: Int,
        limit: Int,
        notIn frozen: Set<Int>,
        _ choice: inout Choice
    ) throws(SQLiteError) -> [StoredRecord] {
        defer { selectRecords.reset() }
        try bindRange(first, .max, limit: limit)
        var records: [StoredRecord] = []
        while try selectRecords.step() {
            let sequence = selectRecords.integer(0)
            guard !frozen.contains(sequence) else { continue }
            let answer = choice.consider(
                sequence: sequence,
                call: selectRecords.integer(2),
                bytes: selectRecords.byteCount(4)
            )
            if answer == .stop { break }
            if answer == .take, let record = Self.record(selectRecords) { records.append(record) }
        }
        return records
    }

    /// The records with these numbers, oldest first.
    func records(_ members: SequenceSet) throws(SQLiteError) -> [StoredRecord] {
        var records: [StoredRecord] = []
        for range in members.ranges {
            try bindRange(range.lowerBound, range.upperBound, limit: -1)
            while try selectRecords.step() {
                if let record = Self.record(selectRecords) { records.append(record) }
            }
        }
        return records
    }

    /// Removes a batch and its records.
    func remove(batch: Int, members: SequenceSet) throws(SQLiteError) {
        for range in members.ranges { try run(deleteRecords, range.lowerBound, range.upperBound) }
        try deleteBatch.bind(1, batch)
        try deleteBatch.run()
    }

    /// When the oldest record was received.
    func oldest() throws(SQLiteError) -> Timestamp? {
        defer { selectOldest.reset() }
        return try selectOldest.step() ? Timestamp(microseconds: Int64(selectOldest.integer(0))) : nil
    }

    func pageCount() throws(SQLiteError) -> Int {
        defer { selectPageCount.reset() }
        return try selectPageCount.step() ? selectPageCount.integer(0) : 0
    }

    private func bindRange(_ first: Int, _ last: Int, limit: Int) throws(SQLiteError) {
        try selectRecords.bind(1, first)
        try selectRecords.bind(2, last)
        try selectRecords.bind(3, limit)
    }

    private func run(_ statement: Statement, _ first: Int, _ second: Int) throws(SQLiteError) {
        try statement.bind(1, first)
        try statement.bind(2, second)
        try statement.run()
    }

    private static func record(_ row: Statement) -> StoredRecord? {
        guard let kind = RecordKind(rawValue: row.integer(1)) else { return nil }
        return StoredRecord(
            sequence: row.integer(0),
            kind: kind,
            call: row.integer(2),
            receivedAt: Timestamp(microseconds: Int64(row.integer(3))),
            body: row.bytes(4)
        )
    }
}
