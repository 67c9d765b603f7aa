import Basics
import SQLite

/// The statements that the spool runs repeatedly, prepared once.
final class Statements {
    private let database: SQLiteDatabase
    private let insertRecord: SQLiteStatement
    private let insertKey: SQLiteStatement
    private let selectKey: SQLiteStatement
    private let deleteKeys: SQLiteStatement
    private let putSnapshot: SQLiteStatement
    private let deleteSnapshot: SQLiteStatement
    private let updateState: SQLiteStatement
    private let updateCounts: SQLiteStatement
    private let insertBatch: SQLiteStatement
    private let selectRecords: SQLiteStatement
    private let deleteRecords: SQLiteStatement
    private let deleteBatch: SQLiteStatement
    private let selectOldest: SQLiteStatement
    private let selectPageCount: SQLiteStatement
    private let selectFreePages: SQLiteStatement

    init(_ database: SQLiteDatabase) throws(SQLiteError) {
        self.database = database
        insertRecord = try database.prepare(
            "INSERT INTO record(seq, id, kind, call, received_us, body, sum) VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        insertKey = try database.prepare("INSERT OR IGNORE INTO ledger(channel, id) VALUES (?, ?)")
        selectKey = try database.prepare("SELECT channel, id FROM ledger ORDER BY channel, id LIMIT 1 OFFSET ?")
        deleteKeys = try database.prepare("DELETE FROM ledger WHERE (channel, id) < (?, ?)")
        putSnapshot = try database.prepare("INSERT OR REPLACE INTO memo(channel, content) VALUES (?, ?)")
        deleteSnapshot = try database.prepare("DELETE FROM memo WHERE channel = ?")
        updateState = try database.prepare(
            """
            UPDATE state SET next_seq = ?, last_id = ?, alive_us = ?, latest_start = ?, intake = ?, keys = ?,
                keys_forgotten = ?
            """
        )
        updateCounts = try database.prepare(
            """
            UPDATE tally SET received = received + ?, delivered = delivered + ?, waiting = waiting + ?,
                dead = dead + ?, dropped = dropped + ?, filtered = filtered + ?, refused = refused + ?,
                lost = lost + ? WHERE kind = ?
            """
        )
        insertBatch = try database.prepare("INSERT INTO batch(idempotency_key, members) VALUES (?, ?)")
        selectRecords = try database.prepare(
            "SELECT \(StoredRecord.columns) FROM record WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?"
        )
        deleteRecords = try database.prepare("DELETE FROM record WHERE seq BETWEEN ? AND ?")
        deleteBatch = try database.prepare("DELETE FROM batch WHERE id = ?")
        selectOldest = try database.prepare("SELECT received_us FROM record ORDER BY seq LIMIT 1")
        selectPageCount = try database.prepare("PRAGMA page_count")
        selectFreePages = try database.prepare("PRAGMA freelist_count")
    }

    func insert(_ record: NewRecord, as sequence: Int) throws(SQLiteError) {
        try insertRecord.bind(1, sequence)
        try insertRecord.bind(2, record.id[...])
        try insertRecord.bind(3, record.kind.rawValue)
        try insertRecord.bind(4, record.call)
        try insertRecord.bind(5, Int(record.receivedAt.microseconds))
        try insertRecord.bind(6, record.body[...])
        try insertRecord.bind(
            7,
            StoredRecord.sum(id: record.id, kind: record.kind, call: record.call, body: record.body)
        )
        try insertRecord.run()
    }

    /// Stores the key of a record; false when it was already stored.
    func remember(_ record: NewRecord) throws(SQLiteError) -> Bool {
        try insertKey.bind(1, record.channel)
        try insertKey.bind(2, record.id.prefix(8).reduce(0) { $0 << 8 | Int($1) })
        try insertKey.run()
        return database.changes > 0
    }

    /// Deletes the oldest `count` keys; returns how many were deleted.
    func forgetKeys(_ count: Int) throws(SQLiteError) -> Int {
        guard count > 0 else { return 0 }
        try selectKey.bind(1, count)
        guard try selectKey.step() else { return 0 }
        let (channel, id) = (selectKey.integer(0), selectKey.integer(1))
        selectKey.reset()
        try deleteKeys.bind(1, channel)
        try deleteKeys.bind(2, id)
        try deleteKeys.run()
        return database.changes
    }

    func keep(_ snapshot: ChannelSnapshot) throws(SQLiteError) {
        let statement = snapshot.content == nil ? deleteSnapshot : putSnapshot
        try statement.bind(1, snapshot.channel)
        if let content = snapshot.content { try statement.bind(2, content[...]) }
        try statement.run()
    }

    func set(_ state: IntakeState) throws(SQLiteError) {
        try updateState.bind(1, state.nextSequence)
        if let id = state.lastID { try updateState.bind(2, id[...]) } else { try updateState.bindNull(2) }
        if let alive = state.aliveAt {
            try updateState.bind(3, Int(alive.microseconds))
        } else {
            try updateState.bindNull(3)
        }
        try updateState.bind(4, state.latestStart)
        try updateState.bind(5, state.intake)
        try updateState.bind(6, state.keys)
        try updateState.bind(7, state.forgottenKeys)
        try updateState.run()
    }

    func add(_ changes: [RecordKind: RecordCounts]) throws(SQLiteError) {
        for (kind, change) in changes where change != RecordCounts() {
            for (index, column) in RecordCounts.columns.enumerated() {
                try updateCounts.bind(Int32(index + 1), change[keyPath: column])
            }
            try updateCounts.bind(Int32(RecordCounts.columns.count + 1), kind.rawValue)
            try updateCounts.run()
        }
    }

    /// Creates a batch and returns its id.
    func insertBatch(key: String, members: SequenceSet) throws(SQLiteError) -> Int {
        try insertBatch.bind(1, key)
        try insertBatch.bind(2, members.description)
        try insertBatch.run()
        return database.lastInsertedRow
    }

    /// The records that `choice` takes, among the first `limit` from `first` on that are not in `frozen`.
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
                call: StoredRecord.call(selectRecords),
                bytes: StoredRecord.bodyBytes(selectRecords)
            )
            if answer == .stop { break }
            if answer == .take { records.append(try StoredRecord(selectRecords)) }
        }
        return records
    }

    /// The records with these numbers, oldest first.
    func records(_ members: SequenceSet) throws(SQLiteError) -> [StoredRecord] {
        var records: [StoredRecord] = []
        for range in members.ranges {
            try bindRange(range.lowerBound, range.upperBound, limit: -1)
            defer { selectRecords.reset() }
            while try selectRecords.step() { records.append(try StoredRecord(selectRecords)) }
        }
        return records
    }

    /// Removes records; returns how many existed.
    func remove(_ members: SequenceSet) throws(SQLiteError) -> Int {
        var count = 0
        for range in members.ranges {
            try deleteRecords.bind(1, range.lowerBound)
            try deleteRecords.bind(2, range.upperBound)
            try deleteRecords.run()
            count += database.changes
        }
        return count
    }

    /// Removes a batch, but not its records; false when it was already removed.
    func remove(batch: Int) throws(SQLiteError) -> Bool {
        try deleteBatch.bind(1, batch)
        try deleteBatch.run()
        return database.changes > 0
    }

    /// When the oldest record was received; `nil` when there is none.
    func oldest() throws(SQLiteError) -> Timestamp? {
        defer { selectOldest.reset() }
        return try selectOldest.step() ? selectOldest.timestamp(0) : nil
    }

    /// The number of pages of the file, and of the free ones among them.
    func pages() throws(SQLiteError) -> (all: Int, free: Int) {
        defer {
            selectPageCount.reset()
            selectFreePages.reset()
        }
        let all = try selectPageCount.step() ? selectPageCount.integer(0) : 0
        return (all, try selectFreePages.step() ? selectFreePages.integer(0) : 0)
    }

    private func bindRange(_ first: Int, _ last: Int, limit: Int) throws(SQLiteError) {
        try selectRecords.bind(1, first)
        try selectRecords.bind(2, last)
        try selectRecords.bind(3, limit)
    }
}
