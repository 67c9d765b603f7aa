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
        record.areaCode = try areaCode() ?? record.number.ownAreaCode
        record.hourlyLimit = try limit(.hourlyLimit)
        record.dailyLimit = try limit(.dailyLimit)
        record.pool = try text(.pool)
        record.trunk = try trunk()
        record.route = try text(.route)
        record.callType = try callType()
        record.isActive = try flag(.isActive, default: true)
        record.isDefault = try flag(.isDefault, default: false)
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

    private func areaCode() throws(NumberImport.RowError) -> Digits? {
        let value = value(.areaCode)
        guard !value.isEmpty else { return nil }
        guard let code = Digits(value.text) else { throw error(.areaCode, "not 1 to \(Digits.limit) digits") }
        return code
    }

    private func limit(_ column: NumberCSV.Column) throws(NumberImport.RowError) -> Int32? {
        let value = value(column)
        guard !value.isEmpty else { return nil }
        guard let limit = value.integer.flatMap({ Int32(exactly: $0) }), limit >= -1 else {
            throw error(column, "not a whole number from -1 to \(Int32.max)")
        }
        return limit
    }

    private func text(_ column: NumberCSV.Column) throws(NumberImport.RowError) -> String {
        let value = SpreadsheetText.read(value(column))
        guard value.count <= 100 else { throw error(column, "longer than 100 bytes") }
        guard let text = String(validating: value, as: UTF8.self) else { throw error(column, "not UTF-8") }
        guard !text.unicodeScalars.contains(where: { $0.value < 32 || (127...159).contains($0.value) }) else {
            throw error(column, "a control character")
        }
        return text
    }

    private func trunk() throws(NumberImport.RowError) -> String {
        let name = try text(.trunk)
        guard name.isEmpty || TrunkName.isValid(name) else {
            throw error(.trunk, "not a name of at most 64 letters, digits and _ - .")
        }
        return name
    }

    private func callType() throws(NumberImport.RowError) -> String {
        let type = value(.callType)
        for known in ["", "auto", "manual"] where type.count == known.utf8.count {
            if type.text.lowercased() == known { return known }
        }
        throw error(.callType, "neither auto nor manual nor empty")
    }

    private func flag(_ column: NumberCSV.Column, default: Bool) throws(NumberImport.RowError) -> Bool {
        let value = value(column)
        if value.isEmpty { return `default` }
        if value.equals("1") || value.equalsIgnoringCase("true") { return true }
        guard value.equals("0") || value.equalsIgnoringCase("false") else {
            throw error(column, "none of 0, 1, true and false")
        }
        return false
    }
}
