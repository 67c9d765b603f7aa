import Basics
import SQLite

extension HistoryRows {
    /// The ids of the rows in the time of a query: above `lowest`, up to `highest`.
    struct Bounds: Sendable {
        var lowest: Int64
        var highest: Int64
    }

    /// Where a query begins and ends; two look-ups in an index.
    func bounds(of query: HistoryQuery) throws(SQLiteError) -> Bounds {
        let first = "SELECT id FROM api_logs WHERE timestamp >= ? ORDER BY timestamp, id LIMIT 1"
        let last = "SELECT id FROM api_logs WHERE timestamp < ? ORDER BY timestamp DESC, id DESC LIMIT 1"
        let lowest = try database.rows(first, query.since ?? "") { row throws(SQLiteError) in Int64(row.integer(0)) }
        // A letter is above all digits.
        let highest = try database.rows(last, query.until ?? "Z") { row throws(SQLiteError) in Int64(row.integer(0)) }
        guard let lowest = lowest.first, let highest = highest.first else { return Bounds(lowest: 0, highest: 0) }
        return Bounds(lowest: lowest - 1, highest: min(highest, query.before.map { $0 - 1 } ?? highest))
    }

    /// The matching rows among those with the ids above `lowest` up to `highest`, the newest first.
    func entries(_ query: HistoryQuery, in bounds: Bounds, limit: Int) throws(SQLiteError) -> [HistoryEntry] {
        // Without an index of the numbers, which would cost each decision: a page looks at a bounded range of ids.
        let sql = """
            SELECT id, timestamp, endpoint, method, agent, campaign, destination, caller_id_allocated, \
            CAST(round(response_time_ms * 1000) AS INTEGER), status_code, error_message, (SELECT max(reserved_until) FROM reservations \
            WHERE reserved_at = timestamp AND caller_id = caller_id_allocated) FROM api_logs \
            WHERE id > ? AND id <= ? AND +timestamp >= ? AND +timestamp < ? \
            AND (? = '' OR caller_id_allocated = ?) ORDER BY id DESC LIMIT ?
            """
        let number = query.number?.description ?? ""
        return try database.rows(
            sql,
            Int(bounds.lowest),
            Int(bounds.highest),
            query.since ?? "",
            query.until ?? "Z",
            number,
            number,
            limit
        ) { row throws(SQLiteError) in HistoryEntry(row) }
    }
}

extension HistoryEntry {
    fileprivate init(_ row: SQLiteStatement) {
        self.init(
            id: Int64(row.integer(0)),
            time: row.text(1),
            endpoint: row.text(2),
            method: row.text(3),
            agent: row.text(4),
            campaign: row.text(5),
            destination: row.text(6),
            number: row.text(7),
            reservedUntil: row.isNull(11) ? nil : row.text(11),
            microseconds: row.integer(8),
            status: row.integer(9),
            error: row.text(10)
        )
    }
}
