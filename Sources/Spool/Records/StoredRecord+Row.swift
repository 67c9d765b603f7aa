import Basics
import SQLite

extension StoredRecord {
    /// The columns that `init(_:)` reads, in that order.
    static let columns = "seq, id, kind, call, received_us, body, sum"

    /// Reads a row of `columns`.
    ///
    /// - Throws: when the row is damaged.
    init(_ row: SQLiteStatement) throws(SQLiteError) {
        sequence = row.integer(0)
        id = row.bytes(1)
        call = row.integer(3)
        receivedAt = row.timestamp(4)
        body = row.bytes(5)
        guard let kind = RecordKind(rawValue: row.integer(2)),
            row.isNull(6) || row.integer(6) == Self.sum(id: id, kind: kind, call: call, body: body)
        else { throw .damagedRow(sequence) }
        self.kind = kind
    }

    static func call(_ row: SQLiteStatement) -> Int { row.integer(3) }

    static func bodyBytes(_ row: SQLiteStatement) -> Int { row.byteCount(5) }

    /// An estimate of the bytes of this many rows of `record` or `dead`, from the sizes of a few of them.
    static func estimatedBytes(
        of table: String,
        rows: Int,
        in database: SQLiteDatabase
    ) throws(SQLiteError) -> Int {
        guard rows > 0 else { return 0 }
        let sample = "SELECT length(body) + 100 AS size FROM \(table) ORDER BY seq"
        let means = try ["", " DESC"].map { order throws(SQLiteError) in
            try database.integer("SELECT CAST(avg(size) AS INTEGER) FROM (\(sample)\(order) LIMIT 100)")
        }
        return rows * ((means.first ?? 0) + (means.last ?? 0)) / 2
    }
}
