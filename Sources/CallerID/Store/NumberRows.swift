import Basics
import SQLite

/// The table `caller_ids`: the numbers.
struct NumberRows {
    let database: SQLiteDatabase

    static let schema = """
        CREATE TABLE IF NOT EXISTS caller_ids(
            id INTEGER PRIMARY KEY AUTOINCREMENT, caller_id TEXT NOT NULL UNIQUE, carrier TEXT, area_code TEXT,
            daily_limit INTEGER, hourly_limit INTEGER, last_used TEXT, is_active INTEGER NOT NULL DEFAULT 1, meta TEXT,
            created_at TEXT NOT NULL, updated_at TEXT NOT NULL, pool TEXT, trunk TEXT, route_number TEXT,
            call_type TEXT, is_default INTEGER NOT NULL DEFAULT 0, places TEXT, withdrawn TEXT);
        """

    /// Adds the columns that the table of an earlier version lacks.
    func addColumns() throws(SQLiteError) {
        let known = try database.rows("SELECT name FROM pragma_table_info('caller_ids')") { row throws(SQLiteError) in
            row.text(0)
        }
        for column in ["places", "withdrawn"] where !known.contains(column) {
            try database.execute("ALTER TABLE caller_ids ADD COLUMN \(column) TEXT")
        }
    }

    private static let query = """
        SELECT id, caller_id, carrier, area_code, daily_limit, hourly_limit, is_active, meta, created_at, updated_at, \
        pool, trunk, route_number, call_type, is_default, places, withdrawn FROM caller_ids
        """

    /// All of them, in order of their ids.
    func all() throws(SQLiteError) -> [NumberRecord] {
        try database.rows("\(Self.query) ORDER BY id") { row throws(SQLiteError) in NumberRecord(row) }
            .compactMap { $0 }
    }

    /// Calls `body` with each, in order of their ids; so not all are in memory at a time.
    func forEach(_ body: (NumberRecord) -> Void) throws(SQLiteError) {
        _ = try database.rows("\(Self.query) ORDER BY id") { row throws(SQLiteError) in NumberRecord(row).map(body) }
    }

    /// `nil` when there is no such number.
    func number(_ number: Digits) throws(SQLiteError) -> NumberRecord? {
        try database.rows("\(Self.query) WHERE caller_id = ?", number.description) { row throws(SQLiteError) in
            NumberRecord(row)
        }.compactMap { $0 }.first
    }

    /// False when there is no such number.
    func delete(_ number: Digits) throws(SQLiteError) -> Bool {
        try database.run("DELETE FROM caller_ids WHERE caller_id = ?", number.description) == 1
    }
}

extension NumberRecord {
    /// `nil` for a row whose number has anything but digits.
    fileprivate init?(_ row: SQLiteStatement) {
        guard let number = Digits(row.text(1)) else { return nil }
        self.init(number: number)
        id = Int64(row.integer(0))
        carrier = row.text(2)
        areaCode = Digits(row.text(3)) ?? .none
        dailyLimit = row.isNull(4) ? nil : Int32(clamping: row.integer(4))
        hourlyLimit = row.isNull(5) ? nil : Int32(clamping: row.integer(5))
        isActive = row.integer(6) != 0
        meta = row.isNull(7) ? nil : row.text(7)
        createdAt = row.text(8)
        updatedAt = row.text(9)
        pool = row.text(10)
        trunk = row.text(11)
        route = row.text(12)
        callType = row.text(13)
        isDefault = row.integer(14) != 0
        otherPlaces = Self.places(from: row.text(15))
        withdrawnTrunks = row.text(16).split(separator: ",").map { String($0) }
    }
}
