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
        for row in rows {
            let time = Timestamp(microseconds: row.time).description
            var values: [any SQLiteValue] = [
                time, row.endpoint, row.method, row.agent, row.campaign, row.number, Int(row.microseconds), row.status,
                row.destination, row.error,
            ]
            try log.bind(values)
            try log.run()
            guard row.reservedUntil > 0 else { continue }
            values = [
                row.number, time, Timestamp(microseconds: row.reservedUntil).description, row.agent, row.campaign,
                row.destination,
            ]
            try reservation.bind(values)
            try reservation.run()
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
