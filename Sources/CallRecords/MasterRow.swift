package import Basics

/// A row of Asterisk's own CDR file, Master.csv of cdr_csv (cdr/cdr_csv.c, build_csv_record).
package struct MasterRow: Sendable {
    /// The columns with their names in Asterisk, in the order of the file.
    package let columns: [(name: StaticString, value: Bytes)]

    /// Assigns the names of columns to the values of a row.
    ///
    /// The file has no header. The number of columns depends on the options `loguniqueid`, `loguserfield` and
    /// `newcdrcolumns` of cdr.conf; when only one of the first two is on, the value shows which. Files of other formats
    /// can have the same number of columns, so times and numbers must be in their columns.
    ///
    /// - Throws: `MasterRowError` when the values are not a row of that file.
    package init(_ values: [[UInt8]]) throws(MasterRowError) {
        if Self.isHeader(values) { throw .header }
        if Self.isCustom(values) { throw .custom }
        let optional = values.count - Self.always.count
        guard (0...5).contains(optional) else { throw .columns(values.count) }
        try Self.check(values)
        var names = Self.always
        switch optional % 3 {
        case 1: names.append(Self.isUniqueID(values[names.count]) ? "uniqueid" : "userfield")
        case 2: names += ["uniqueid", "userfield"]
        default: break
        }
        if optional >= 3 { names += ["peeraccount", "linkedid", "sequence"] }
        columns = zip(names, values).map { ($0, $1[...]) }
    }

    /// The value of a column that is always present.
    package subscript(column: Column) -> Bytes { columns[column.rawValue].value }

    /// Columns that are always present; the raw value is the index.
    package enum Column: Int, Sendable {
        case source = 1
        case destination = 2
        case destinationContext = 3
        case channel = 5
        case lastApplication = 7
        case lastData = 8
        case duration = 12
        case billableSeconds = 13
        case disposition = 14
    }

    private static let always: [StaticString] = [
        "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start",
        "answer", "end", "duration", "billsec", "disposition", "amaflags",
    ]

    /// Throws unless times and numbers are in their columns; an unanswered call has an empty time of answer.
    private static func check(_ values: [[UInt8]]) throws(MasterRowError) {
        for (index, name) in ["start", "answer", "end"].enumerated() {
            let value = values[9 + index]
            guard isTime(value) || value.isEmpty && index > 0 else { throw .column(10 + index, name: name) }
        }
        for (index, name) in ["duration", "billsec"].enumerated() {
            guard values[12 + index][...].integer != nil else { throw .column(13 + index, name: name) }
        }
    }

    /// Whether the values are names of columns.
    private static func isHeader(_ values: [[UInt8]]) -> Bool {
        let names = Set(values.map { $0.map(ASCII.lowercased) })
        return ["src", "dst", "channel", "disposition"].count { names.contains(Array($0.utf8)) } > 2
    }

    /// Whether the times are in the columns of cdr_custom's sample (configs/samples/cdr_custom.conf.sample): `clid,
    /// src, dst, dcontext, channel, dstchannel, lastapp, lastdata, start, answer, end, duration, billsec, …`.
    private static func isCustom(_ values: [[UInt8]]) -> Bool {
        guard values.count > 12, isTime(values[8]), values[11][...].integer != nil, values[12][...].integer != nil
        else {
            return false
        }
        return !isTime(values[11])
    }

    /// Whether a value is a time in the format of cdr_csv: `2026-11-21 01:32:07`.
    private static func isTime(_ value: [UInt8]) -> Bool {
        let form = Array("dddd-dd-dd dd:dd:dd".utf8)
        guard value.count == form.count else { return false }
        return zip(value, form).allSatisfy { byte, place in
            place == UInt8(ascii: "d") ? ASCII.isDigit(byte) : byte == place
        }
    }

    /// Whether a value ends like every UniqueID that Asterisk generates: `1795224727.19`.
    private static func isUniqueID(_ value: [UInt8]) -> Bool {
        let parts = value.split(separator: ASCII.dot, omittingEmptySubsequences: false)
        guard parts.count > 1, let number = parts.last, let time = parts.dropLast().last else { return false }
        return !number.isEmpty && number.allSatisfy(ASCII.isDigit) && time.last.map(ASCII.isDigit) == true
    }
}
