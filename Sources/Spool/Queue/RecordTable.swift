import Basics
import SQLite

/// The table `record`: the waiting records, in batches or not.
final class RecordTable {
    private let database: SQLiteDatabase
    private let insert: SQLiteStatement
    private let select: SQLiteStatement
    private let delete: SQLiteStatement
    private let selectOldest: SQLiteStatement

    init(_ database: SQLiteDatabase) throws(SQLiteError) {
        self.database = database
        insert = try database.prepare(
            "INSERT INTO record(seq, id, kind, call, received_us, body, sum) VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        select = try database.prepare(
            "SELECT \(StoredRecord.columns) FROM record WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?"
        )
        delete = try database.prepare("DELETE FROM record WHERE seq BETWEEN ? AND ?")
        selectOldest = try database.prepare("SELECT received_us FROM record ORDER BY seq LIMIT 1")
    }

    func add(_ record: NewRecord, as sequence: Int) throws(SQLiteError) {
        try insert.bind(1, sequence)
        try insert.bind(2, record.id[...])
        try insert.bind(3, record.kind.rawValue)
        try insert.bind(4, record.call)
        try insert.bind(5, Int(record.receivedAt.microseconds))
        try insert.bind(6, record.body[...])
        try insert.bind(7, StoredRecord.sum(id: record.id, kind: record.kind, call: record.call, body: record.body))
        try insert.run()
    }

    /// The records that `choice` takes, among the first `limit` from `first` on that are not in `frozen`.
    func choose(
        from first: Int,
        limit: Int,
        notIn frozen: Set<Int>,
        _ choice: inout Choice
    ) throws(SQLiteError) -> [StoredRecord] {
        defer { select.reset() }
        try bindRange(first, .max, limit: limit)
        var records: [StoredRecord] = []
        while try select.step() {
            let sequence = select.integer(0)
            guard !frozen.contains(sequence) else { continue }
            let answer = choice.consider(
                sequence: sequence,
                call: StoredRecord.call(select),
                bytes: StoredRecord.bodyBytes(select)
            )
            if answer == .stop { break }
            if answer == .take { records.append(try StoredRecord(select)) }
        }
        return records
    }

    /// The records with these numbers, oldest first.
    func records(_ members: SequenceSet) throws(SQLiteError) -> [StoredRecord] {
        var records: [StoredRecord] = []
        for range in members.ranges {
            try bindRange(range.lowerBound, range.upperBound, limit: -1)
            defer { select.reset() }
            while try select.step() { records.append(try StoredRecord(select)) }
        }
        return records
    }

    private func bindRange(_ first: Int, _ last: Int, limit: Int) throws(SQLiteError) {
        try select.bind(1, first)
        try select.bind(2, last)
        try select.bind(3, limit)
    }

    /// Removes records; returns how many existed.
    func remove(_ members: SequenceSet) throws(SQLiteError) -> Int {
        var count = 0
        for range in members.ranges {
            try delete.bind(1, range.lowerBound)
            try delete.bind(2, range.upperBound)
            try delete.run()
            count += database.changes
        }
        return count
    }

    /// When the oldest record was received; `nil` when there is none.
    func oldest() throws(SQLiteError) -> Timestamp? {
        defer { selectOldest.reset() }
        return try selectOldest.step() ? selectOldest.timestamp(0) : nil
    }
}
