import Basics
import SQLite

extension HistoryRows {
    /// A call and its place in the history.
    struct Row: Sendable {
        let number: Int
        /// The object in JSON.
        let call: [UInt8]
    }

    /// The calls that ended last, newest first.
    func calls(_ filter: HistoryFilter, limit: Int) throws(SQLiteError) -> [Row] {
        let query = Query(filter)
        let sql = "SELECT calls.seq, call \(query.sql) ORDER BY \(query.order) DESC LIMIT ?"
        return try rows(sql, query.values + [limit]) { Row(number: $0.integer(0), call: $0.bytes(1)) }
    }

    /// Counts and sums of calls.
    struct Sums: Sendable, Equatable {
        var total = 0
        var answered = 0
        var abandoned = 0
        /// Seconds.
        var talk = 0
        /// Seconds, of all calls.
        var wait = 0
        /// Seconds, of answered calls.
        var answeredWait = 0

        static func + (left: Sums, right: Sums) -> Sums {
            Sums(
                total: left.total + right.total,
                answered: left.answered + right.answered,
                abandoned: left.abandoned + right.abandoned,
                talk: left.talk + right.talk,
                wait: left.wait + right.wait,
                answeredWait: left.answeredWait + right.answeredWait
            )
        }
    }

    private static let sums = """
        COUNT(*), SUM(is_answered), SUM(is_abandoned), SUM(talk), SUM(wait), SUM(wait * is_answered)
        """

    /// Sums by quarters of an hour, in which each time zone has whole hours and days; by the quarter's number since 1970.
    func quarters(_ filter: HistoryFilter) throws(SQLiteError) -> [(quarter: Int, sums: Sums)] {
        let query = Query(filter)
        let sql = """
            SELECT created / \(Self.quarter), \(Self.sums) \(query.sql) AND is_merged = 0 GROUP BY 1 ORDER BY 1
            """
        return try rows(sql, query.values) { ($0.integer(0), Sums($0, from: 1)) }
    }

    /// Sums by direction.
    func directions(_ filter: HistoryFilter) throws(SQLiteError) -> [(direction: String, sums: Sums)] {
        let query = Query(filter)
        let sql = "SELECT direction, \(Self.sums) \(query.sql) AND is_merged = 0 GROUP BY 1"
        return try rows(sql, query.values) { ($0.text(0), Sums($0, from: 1)) }
    }

    /// In microseconds.
    private static let quarter = 900_000_000

    /// What came of the visits to a queue.
    struct VisitSums: Sendable, Equatable {
        let queue: String
        let outcome: FinishedVisit.Outcome
        let count: Int
        let wait: Int
        let talk: Int
        let inLevel: Int
    }

    /// Sums of the visits that began since `time`, by queue and outcome.
    func visits(since time: Timestamp) throws(SQLiteError) -> [VisitSums] {
        let sql = """
            SELECT queue, outcome, COUNT(*), SUM(wait), SUM(talk), SUM(is_in_level) FROM queue_visits WHERE joined >= ?
            GROUP BY 1, 2 ORDER BY 1, 2
            """
        return try rows(sql, [time]) { row -> VisitSums? in
            guard let outcome = FinishedVisit.Outcome(rawValue: row.text(1)) else { return nil }
            return VisitSums(
                queue: row.text(0),
                outcome: outcome,
                count: row.integer(2),
                wait: row.integer(3),
                talk: row.integer(4),
                inLevel: row.integer(5)
            )
        }.compactMap { $0 }
    }

    /// When the oldest call began; `nil` without any.
    func oldest() throws(SQLiteError) -> Timestamp? {
        try rows("SELECT MIN(created) FROM calls", []) { $0.isNull(0) ? nil : $0.timestamp(0) }.first ?? nil
    }

    private func rows<Row>(
        _ sql: String,
        _ values: [any SQLiteValue],
        row: (SQLiteStatement) -> Row
    ) throws(SQLiteError) -> [Row] {
        let statement = try database.prepare(sql)
        try statement.bind(values)
        var rows: [Row] = []
        while try statement.step() { rows.append(row(statement)) }
        return rows
    }

    /// The tables and conditions of a filter.
    private struct Query {
        var sql = "FROM calls WHERE 1"
        var values: [any SQLiteValue] = []
        var order = "calls.seq"

        init(_ filter: HistoryFilter) {
            // The calls of an extension are found without looking at all the others.
            if let first = filter.extensions.first {
                sql = "FROM call_extensions e JOIN calls ON calls.seq = e.seq WHERE e.extension = ?"
                values = [first]
                order = "e.seq"
            }
            for name in filter.extensions.dropFirst() {
                add("EXISTS (SELECT 1 FROM call_extensions o WHERE o.extension = ? AND o.seq = calls.seq)", name)
            }
            if let from = filter.from { add("created >= ?", from) }
            if let to = filter.to { add("created < ?", to) }
            if let number = filter.number { add("number = ?", number) }
            if let before = filter.before { add("\(order) < ?", before) }
            if let queue = filter.queue {
                add("EXISTS (SELECT 1 FROM queue_visits v WHERE v.call = calls.id AND v.queue = ?)", queue)
            }
        }

        private mutating func add(_ condition: String, _ value: any SQLiteValue) {
            sql += " AND " + condition
            values.append(value)
        }
    }
}

extension HistoryRows.Sums {
    fileprivate init(_ row: SQLiteStatement, from column: Int32) {
        total = row.integer(column)
        answered = row.integer(column + 1)
        abandoned = row.integer(column + 2)
        talk = row.integer(column + 3)
        wait = row.integer(column + 4)
        answeredWait = row.integer(column + 5)
    }
}
