package import Basics

/// Numbers as comma-separated values: the file that `import` reads and `export` writes.
///
///     caller_id,carrier,area_code,hourly_limit,daily_limit
///     (212) 555-1234,AT&T,212,100,500
///
/// **Format.** UTF-8 with or without a byte order mark, lines that end with LF or CRLF, quotes as in RFC 4180. The
/// header names the columns in any order and either case; only `caller_id` is required, unknown columns are ignored.
/// The separator is `;` or a tab when the header has one. Blank lines, rows of empty values only, and lines that start
/// with `#` are skipped. Blanks around values do not count.
///
/// **Rows.** Each has as many values as the header, so that a row cut short is not taken for a whole one. A bad row is
/// left out, with the reason; the others count.
///
/// **Formulas.** A spreadsheet takes a text that begins with `=`, `+`, `-` or `@` for a formula, quoted or not. Such
/// texts are written with an apostrophe in front, which reading takes off again (`SpreadsheetText`).
package enum NumberCSV {
    package enum Column: String, Sendable, CaseIterable {
        case callerID = "caller_id"
        case carrier
        case areaCode = "area_code"
        case hourlyLimit = "hourly_limit"
        case dailyLimit = "daily_limit"
        case pool
        case trunk
        case route = "route_number"
        case callType = "call_type"
        case isActive = "is_active"
        case isDefault = "is_default"
    }

    /// The longest row, in bytes.
    static let rowLimit = 16 << 10

    /// Reads a whole file; the work grows with its size only.
    ///
    /// - Throws: `NumberCSVError` when there is no usable header; bad rows are in the result.
    package static func decode(_ file: Bytes) throws(NumberCSVError) -> NumberImport {
        let bytes = file.starts(with: [0xef, 0xbb, 0xbf]) ? file.dropFirst(3) : file
        var rows = CSVDecoder(limit: rowLimit, separator: separator(of: bytes), comment: UInt8(ascii: "#"))
        rows.append(bytes)
        var result = NumberImport()
        var header: Header?
        var lines: [Digits: Int] = [:]
        while let row = rows.next(isAtEnd: true) {
            switch (row, header) {
            case (.values(let values), _) where values.allSatisfy({ trimmed($0[...]).isEmpty }): break
            case (.broken(let reason), nil): throw NumberCSVError(line: rows.line, problem: reason)
            case (.values(let values), nil):
                let new = try Header(values, line: rows.line)
                result.ignoredColumns = new.ignored
                header = new
            case (.broken(let reason), .some): result.reject(.init(line: rows.line, reason))
            case (.values(let values), .some(let header)):
                do throws(NumberImport.RowError) {
                    let row = NumberRow(values, header: header, line: rows.line)
                    let record = try row.record()
                    if let first = lines[record.number] {
                        throw row.error(.callerID, "the number is in line \(first) already")
                    }
                    lines[record.number] = rows.line
                    result.records.append(record)
                } catch {
                    result.reject(error)
                }
            }
        }
        guard header != nil else { throw NumberCSVError(line: nil, problem: "the file has no header line") }
        return result
    }

    /// The bytes without blanks at both ends.
    static func trimmed(_ bytes: Bytes) -> Bytes {
        var bytes = bytes
        while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return bytes
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == ASCII.space || byte == UInt8(ascii: "\t") }

    /// The separator that the header has: the first line that is neither blank nor a comment.
    private static func separator(of bytes: Bytes) -> UInt8 {
        var rest = bytes
        while !rest.isEmpty {
            let line = rest.prefix { $0 != ASCII.newline }
            rest = rest[line.endIndex...].dropFirst()
            guard line.first != UInt8(ascii: "#"),
                line.contains(where: { !isBlank($0) && $0 != ASCII.carriageReturn })
            else { continue }
            return [UInt8(ascii: ";"), UInt8(ascii: "\t")].first { line.contains($0) } ?? ASCII.comma
        }
        return ASCII.comma
    }

    /// Where the columns are.
    struct Header {
        private(set) var places: [Column: Int] = [:]
        /// How many values a row has.
        let count: Int
        private(set) var ignored: [String] = []

        init(_ names: [[UInt8]], line: Int) throws(NumberCSVError) {
            count = names.count
            for (place, name) in names.enumerated() {
                let name = trimmed(name[...])
                if let column = Column(rawValue: name.prefix(64).text.lowercased()) {
                    guard places.updateValue(place, forKey: column) == nil else {
                        throw NumberCSVError(line: line, problem: "the header has \(column.rawValue) twice")
                    }
                } else if !name.isEmpty, ignored.count < 20 {
                    ignored.append(NumberImport.RowError.shortened(name))
                }
            }
            guard places[.callerID] != nil else {
                throw NumberCSVError(line: line, problem: "the header has no column caller_id")
            }
        }
    }
}

/// Why a file cannot be read at all.
package struct NumberCSVError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `nil` when the file has no line to blame.
    package let line: Int?
    package let problem: String

    package var description: String { (line.map { "line \($0): " } ?? "") + problem }
}
