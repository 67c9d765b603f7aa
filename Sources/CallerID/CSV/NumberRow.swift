import Basics

/// One row of a file of numbers, to be checked.
struct NumberRow {
    private let values: [[UInt8]]
    private let header: NumberCSV.Header
    private let line: Int

    init(_ values: [[UInt8]], header: NumberCSV.Header, line: Int) {
        self.values = values
        self.header = header
        self.line = line
    }

    /// The row as a record.
    func record() throws(NumberImport.RowError) -> NumberRecord {
        guard values.count >= header.count else {
            throw NumberImport.RowError(line: line, "\(values.count) values, but the header has \(header.count)")
        }
        guard values.dropFirst(header.count).allSatisfy(\.isEmpty) else {
            throw NumberImport.RowError(line: line, "more values than the header has")
        }
        var record = NumberRecord(number: try number())
        record.carrier = try text(.carrier)
        record.areaCode = try checked(.areaCode, NumberRules.areaCode) ?? record.number.ownAreaCode
        record.hourlyLimit = try checked(.hourlyLimit, NumberRules.limit)
        record.dailyLimit = try checked(.dailyLimit, NumberRules.limit)
        record.pool = try text(.pool)
        record.trunk = try text(.trunk, NumberRules.trunk)
        record.route = try text(.route)
        record.callType = try checked(.callType, NumberRules.callType)
        record.isActive = try checked(.isActive, NumberRules.flag) ?? true
        record.isDefault = try checked(.isDefault, NumberRules.flag) ?? false
        return record
    }

    func error(_ column: NumberCSV.Column, _ reason: String) -> NumberImport.RowError {
        NumberImport.RowError(line: line, column: column.rawValue, value: value(column), reason)
    }

    /// Empty when the file has no such column.
    private func value(_ column: NumberCSV.Column) -> Bytes {
        guard let place = header.places[column], place < values.count else { return [] }
        return NumberCSV.trimmed(values[place][...])
    }

    private func number() throws(NumberImport.RowError) -> Digits {
        do throws(WrittenNumberError) {
            return try Digits(written: value(.callerID))
        } catch {
            throw self.error(.callerID, "\(error)")
        }
    }

    private func checked<Value>(
        _ column: NumberCSV.Column,
        _ rule: (Bytes) throws(NumberRules.Violation) -> Value
    ) throws(NumberImport.RowError) -> Value {
        do throws(NumberRules.Violation) {
            return try rule(value(column))
        } catch {
            throw self.error(column, error.reason)
        }
    }

    /// A text as it was before a spreadsheet needed an apostrophe in front of it.
    private func text(
        _ column: NumberCSV.Column,
        _ rule: (Bytes) throws(NumberRules.Violation) -> String = NumberRules.text
    ) throws(NumberImport.RowError) -> String {
        try checked(column) { value throws(NumberRules.Violation) in try rule(SpreadsheetText.read(value)) }
    }
}
