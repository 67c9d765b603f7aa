import Basics
import SQLite

/// The tables `reservations` and `api_logs`: who had which number when, and each request.
struct HistoryRows {
    let database: SQLiteDatabase

    static let schema = """
        CREATE TABLE IF NOT EXISTS reservations(
            id INTEGER PRIMARY KEY AUTOINCREMENT, caller_id TEXT NOT NULL, reserved_at TEXT NOT NULL,
            reserved_until TEXT NOT NULL, agent TEXT, campaign TEXT, destination TEXT);
        CREATE TABLE IF NOT EXISTS api_logs(
            id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL, endpoint TEXT NOT NULL, method TEXT NOT NULL,
            agent TEXT, campaign TEXT, caller_id_allocated TEXT, response_time_ms REAL, status_code INTEGER NOT NULL,
            destination TEXT, error_message TEXT);
        CREATE INDEX IF NOT EXISTS reservations_reserved_at ON reservations(reserved_at);
        CREATE INDEX IF NOT EXISTS api_logs_timestamp ON api_logs(timestamp);
        """

    func write(_ rows: [AuditRow]) throws(SQLiteError) {
        let log = try database.prepare(
            """
            INSERT INTO api_logs(timestamp, endpoint, method, agent, campaign, caller_id_allocated, response_time_ms, \
            status_code, destination, error_message) VALUES (?, ?, ?, ?, ?, ?, ? / 1000.0, ?, ?, ?)
            """
        )
        let reservation = try database.prepare(
            """
            INSERT INTO reservations(caller_id, reserved_at, reserved_until, agent, campaign, destination) \
            VALUES (?, ?, ?, ?, ?, ?)
            """
        )
        var values = SQLiteRow()
        for row in rows {
            values.removeAll()
            values.append(Timestamp(microseconds: row.time))
            values.append(row.endpoint)
            values.append(row.method)
            values.append(row.agent)
            values.append(row.campaign)
            values.append(row.number)
            values.append(Int(row.microseconds))
            values.append(row.status)
            values.append(row.destination)
            values.append(row.error)
            try log.run(values)
            guard row.reservedUntil > 0 else { continue }
            values.removeAll()
            values.append(row.number)
            values.append(Timestamp(microseconds: row.time))
            values.append(Timestamp(microseconds: row.reservedUntil))
            values.append(row.agent)
            values.append(row.campaign)
            values.append(row.destination)
            try reservation.run(values)
        }
    }

    /// Deletes rows from before `time`, at most `limit` of each table; returns whether there may be more.
    func delete(before time: Timestamp, limit: Int) throws(SQLiteError) -> Bool {
        var count = 0
        for (table, column) in [("reservations", "reserved_at"), ("api_logs", "timestamp")] {
            let sql = """
                DELETE FROM \(table) WHERE id IN (SELECT id FROM \(table) WHERE \(column) < ? ORDER BY \(column) LIMIT ?)
                """
            count = max(count, try database.run(sql, time.description, limit))
        }
        return count == limit
    }

    /// The number of rows of `api_logs`.
    func count() throws(SQLiteError) -> Int { try database.integer("SELECT count(*) FROM api_logs") }
}
