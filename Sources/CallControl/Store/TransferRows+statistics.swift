import Basics
import SQLite

extension TransferRows {
    /// What became of transfers that have ended.
    struct Sums: Sendable, Equatable {
        var total = 0
        var completed = 0
        /// Those after which the agent had the customer again.
        var returned = 0
        /// From the begins to the ends, of all.
        var seconds = 0

        var failed: Int { total - completed - returned }

        static func + (left: Sums, right: Sums) -> Sums {
            Sums(
                total: left.total + right.total,
                completed: left.completed + right.completed,
                returned: left.returned + right.returned,
                seconds: left.seconds + right.seconds
            )
        }
    }

    /// Sums of a type in a quarter of an hour, by the quarter's number since 1970.
    struct Quarter: Sendable, Equatable {
        let number: Int
        let type: TransferType
        let sums: Sums
    }

    /// Sums of the transfers that have ended and began from `from` on and before `to`, by quarter and type.
    func quarters(from: Timestamp?, to: Timestamp?) throws(SQLiteError) -> [Quarter] {
        try database.rows(
            """
            SELECT at / 900000000, type, COUNT(*), SUM(state = 'completed'),
            SUM(state IN ('returned', 'rolled_back', 'cancelled')), SUM(MAX(ended - at, 0) / 1000000) FROM (
                SELECT at, ended, json_extract(json, '$.type') AS type, json_extract(json, '$.state') AS state FROM (
                    SELECT at, ended, CAST(record AS TEXT) AS json FROM transfers
                    WHERE ended IS NOT NULL AND (?1 IS NULL OR at >= ?1) AND (?2 IS NULL OR at < ?2)
                ) WHERE json_valid(json)
            ) GROUP BY 1, 2 ORDER BY 1, 2
            """,
            from,
            to
        ) { row throws(SQLiteError) -> Quarter? in
            guard let type = TransferType(rawValue: row.text(1)) else { return nil }
            let sums = Sums(
                total: row.integer(2),
                completed: row.integer(3),
                returned: row.integer(4),
                seconds: row.integer(5)
            )
            return Quarter(number: row.integer(0), type: type, sums: sums)
        }.compactMap { $0 }
    }
}

extension CallsStore {
    func transferQuarters(from: Timestamp?, to: Timestamp?) throws(CallsStoreError) -> [TransferRows.Quarter] {
        try transaction { () throws(SQLiteError) in
            try TransferRows(database: database).quarters(from: from, to: to)
        }
    }
}
