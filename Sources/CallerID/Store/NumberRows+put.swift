import Basics
import SQLite

extension NumberRows {
    /// Stores a number as another instance has it, with its times, and returns it with the id that it has here.
    ///
    /// - Returns: `nil` when it is as it was.
    func put(_ record: NumberRecord) throws(SQLiteError) -> NumberRecord? {
        if let old = try number(record.number) {
            var same = record
            same.id = old.id
            if same == old { return nil }
        }
        let sql = """
            INSERT INTO caller_ids(caller_id, carrier, area_code, daily_limit, hourly_limit, is_active, meta, \
            created_at, updated_at, pool, trunk, route_number, call_type, is_default, places, withdrawn)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT(caller_id) DO UPDATE SET carrier = excluded.carrier, area_code = excluded.area_code, \
            daily_limit = excluded.daily_limit, hourly_limit = excluded.hourly_limit, is_active = excluded.is_active, \
            meta = excluded.meta, created_at = excluded.created_at, updated_at = excluded.updated_at, \
            pool = excluded.pool, trunk = excluded.trunk, route_number = excluded.route_number, \
            call_type = excluded.call_type, is_default = excluded.is_default, \
            places = excluded.places, withdrawn = excluded.withdrawn
            """
        try database.run(
            sql,
            record.number.description,
            record.carrier,
            record.areaCode.description,
            record.dailyLimit.map { Int($0) },
            record.hourlyLimit.map { Int($0) },
            record.isActive ? 1 : 0,
            record.meta,
            record.createdAt,
            record.updatedAt,
            record.pool,
            record.trunk,
            record.route,
            record.callType,
            record.isDefault ? 1 : 0,
            record.otherPlacesText,
            record.withdrawnText
        )
        return try number(record.number)
    }
}
