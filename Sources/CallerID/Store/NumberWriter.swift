import Basics
import SQLite

/// Adds and changes rows of `caller_ids`, with statements that are prepared once for all of them.
struct NumberWriter {
    private let database: SQLiteDatabase
    private let insertion: SQLiteStatement
    private let change: SQLiteStatement

    /// The columns that both write, in the order of `values`.
    private static let fields = [
        "carrier", "area_code", "daily_limit", "hourly_limit", "is_active", "meta", "updated_at", "pool", "trunk",
        "route_number", "call_type", "is_default", "places", "withdrawn",
    ]

    init(_ database: SQLiteDatabase) throws(SQLiteError) {
        self.database = database
        let columns = Self.fields + ["caller_id", "created_at"]
        let places = columns.map { _ in "?" }.joined(separator: ", ")
        insertion = try database.prepare(
            "INSERT OR IGNORE INTO caller_ids(\(columns.joined(separator: ", "))) VALUES (\(places))"
        )
        let assignments = Self.fields.map { "\($0) = ?" }.joined(separator: ", ")
        change = try database.prepare("UPDATE caller_ids SET \(assignments) WHERE caller_id = ?")
    }

    /// Adds a number and returns it with its id and times; `nil` when it is there already.
    func insert(_ record: NumberRecord, at now: Timestamp) throws(SQLiteError) -> NumberRecord? {
        var record = record
        (record.createdAt, record.updatedAt) = (now.description, now.description)
        var values = Self.values(record)
        values.append(record.createdAt)
        try insertion.run(values)
        guard database.changes == 1 else { return nil }
        record.id = Int64(database.lastInsertedRow)
        return record
    }

    /// Changes the fields of a number, and returns it with its new time; `nil` when there is no such number.
    func update(_ record: NumberRecord, at now: Timestamp) throws(SQLiteError) -> NumberRecord? {
        var record = record
        record.updatedAt = now.description
        try change.run(Self.values(record))
        return database.changes == 1 ? record : nil
    }

    /// The values of `fields`, and the number.
    private static func values(_ record: NumberRecord) -> SQLiteRow {
        var values = SQLiteRow()
        values.append(record.carrier)
        values.append(record.areaCode.description)
        values.append(record.dailyLimit.map { Int($0) })
        values.append(record.hourlyLimit.map { Int($0) })
        values.append(record.isActive ? 1 : 0)
        values.append(record.meta)
        values.append(record.updatedAt)
        values.append(record.pool)
        values.append(record.trunk)
        values.append(record.route)
        values.append(record.callType)
        values.append(record.isDefault ? 1 : 0)
        values.append(record.otherPlacesText)
        values.append(record.withdrawnText)
        values.append(record.number.description)
        return values
    }
}
