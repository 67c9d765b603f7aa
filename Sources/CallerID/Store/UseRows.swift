import Basics
import SQLite

/// The table `number_uses`: how much each number was used, and who has it; what a decision needs after a restart.
struct UseRows {
    let database: SQLiteDatabase

    static let schema = """
        CREATE TABLE IF NOT EXISTS number_uses(
            caller_id TEXT PRIMARY KEY, last_used INTEGER NOT NULL, hour INTEGER NOT NULL, hour_count INTEGER NOT NULL,
            day INTEGER NOT NULL, day_count INTEGER NOT NULL, agent TEXT, campaign TEXT, destination TEXT, holder TEXT,
            is_repeatable INTEGER, reserved_at INTEGER, reserved_until INTEGER) WITHOUT ROWID;
        """

    /// Calls `body` with each, in no order.
    func forEach(_ body: (StoredUse) -> Void) throws(SQLiteError) {
        let sql = """
            SELECT caller_id, last_used, hour, hour_count, day, day_count, agent, campaign, destination, holder, \
            is_repeatable, reserved_at, reserved_until FROM number_uses
            """
        _ = try database.rows(sql) { row throws(SQLiteError) in StoredUse(row).map(body) }
    }

    func write(_ uses: [StoredUse]) throws(SQLiteError) {
        let statement = try database.prepare(
            "INSERT OR REPLACE INTO number_uses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        var values = SQLiteRow()
        for use in uses {
            values.removeAll()
            values.append { use.number.append(to: &$0) }
            values.append(Int(use.use.lastUsed))
            values.append(Int(use.use.hour))
            values.append(Int(use.use.hourCount))
            values.append(Int(use.use.day))
            values.append(Int(use.use.dayCount))
            if let reservation = use.reservation {
                values.append(reservation.agent)
                values.append(reservation.campaign)
                values.append(reservation.destination)
                values.append(reservation.holder)
                values.append(reservation.isRepeatable ? 1 : 0)
                values.append(Int(reservation.begin))
                values.append(Int(reservation.end))
            } else {
                for _ in 0..<7 { values.appendNull() }
            }
            try statement.run(values)
        }
    }
}

extension StoredUse {
    fileprivate init?(_ row: SQLiteStatement) {
        guard let number = Digits(row.text(0)) else { return nil }
        var use = NumberUse()
        use.lastUsed = row.time(1)
        use.hour = Int64(row.integer(2))
        use.hourCount = Int32(clamping: row.integer(3))
        use.day = Int32(clamping: row.integer(4))
        use.dayCount = Int32(clamping: row.integer(5))
        var reservation: Reservation?
        if !row.isNull(12) {
            reservation = Reservation(
                number: number,
                agent: row.text(6),
                campaign: row.text(7),
                destination: row.text(8),
                holder: row.text(9),
                isRepeatable: row.integer(10) != 0,
                begin: row.time(11),
                end: row.time(12)
            )
        }
        self.init(number: number, use: use, reservation: reservation)
    }
}

extension SQLiteStatement {
    /// A time in microseconds since 1970, kept to the years 1970 to 9999.
    fileprivate func time(_ column: Int32) -> Int64 { min(max(Int64(integer(column)), 0), EngineTime.latest) }
}
