import Basics

extension NumberCSV {
    /// The file of these records, as `decode` reads it: with a header, commas and LF, without a byte order mark.
    ///
    /// Reading it gives the same records, as far as they could be imported: without ids, times and `meta`; an area
    /// code that is empty becomes that of the number; and a row that breaks a rule of the import is refused there.
    ///
    /// A file has each number once, so only its first place is written. Importing the file where the numbers are keeps
    /// their other places; a copy with all of them is `callerid backup`.
    ///
    /// - Parameter columns: `nil` for all; `is_default` is left out unless a number has it.
    package static func encoded(_ records: [NumberRecord], columns: [Column]? = nil) -> [UInt8] {
        let hasDefault = records.contains { $0.isDefault }
        let columns = columns ?? Column.allCases.filter { $0 != .isDefault || hasDefault }
        var rows = CSVEncoder(capacity: 64 * (records.count + 2))
        for column in columns { rows.value(column.rawValue) }
        rows.endRow()
        for record in records {
            for column in columns { append(column, of: record, to: &rows) }
            rows.endRow()
        }
        return rows.bytes
    }

    private static func append(_ column: Column, of record: NumberRecord, to rows: inout CSVEncoder) {
        switch column {
        case .callerID: rows.value(record.number.description)
        case .carrier: rows.value(SpreadsheetText.written(record.carrier))
        case .areaCode: rows.value(record.areaCode.description)
        case .hourlyLimit: rows.value(record.hourlyLimit.map { String($0) } ?? "")
        case .dailyLimit: rows.value(record.dailyLimit.map { String($0) } ?? "")
        case .pool: rows.value(SpreadsheetText.written(record.pool))
        case .trunk: rows.value(SpreadsheetText.written(record.trunk))
        case .route: rows.value(SpreadsheetText.written(record.route))
        case .callType: rows.value(record.callType)
        case .isActive: rows.value(record.isActive ? "1" : "0")
        case .isDefault: rows.value(record.isDefault ? "1" : "0")
        }
    }
}
