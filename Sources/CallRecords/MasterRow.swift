package import Basics

/// A row of Asterisk's own CDR file, Master.csv of cdr_csv (cdr/cdr_csv.c, build_csv_record).
package struct MasterRow: Sendable {
    /// The columns by the names that Asterisk has for them, in the order of the file.
    package let columns: [(name: StaticString, value: Bytes)]

    /// Names the values of a row; `nil` when it cannot be one of that file.
    ///
    /// The file has no header: how many columns there are depends on the options `loguniqueid`, `loguserfield` and
    /// `newcdrcolumns` of cdr.conf. Where one of the first two is on, the value tells which.
    package init?(_ values: [[UInt8]]) {
        let optional = values.count - Self.always.count
        guard (0...5).contains(optional) else { return nil }
        var names = Self.always
        switch optional % 3 {
        case 1: names.append(Self.isUniqueID(values[names.count]) ? "uniqueid" : "userfield")
        case 2: names += ["uniqueid", "userfield"]
        default: break
        }
        if optional >= 3 { names += ["peeraccount", "linkedid", "sequence"] }
        columns = zip(names, values).map { ($0, $1[...]) }
    }

    /// The value of one of the columns that are always there.
    package subscript(column: Column) -> Bytes { columns[column.rawValue].value }

    /// Columns that are always there, by their places.
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

    /// Whether a value ends as each UniqueID does that Asterisk makes: `1795224727.19`.
    private static func isUniqueID(_ value: [UInt8]) -> Bool {
        let parts = value.split(separator: ASCII.dot, omittingEmptySubsequences: false)
        guard parts.count > 1, let number = parts.last, let time = parts.dropLast().last else { return false }
        return !number.isEmpty && number.allSatisfy(ASCII.isDigit) && time.last.map(ASCII.isDigit) == true
    }
}
