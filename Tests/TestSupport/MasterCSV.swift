package import Basics

/// Asterisk's own CDR file (cdr/cdr_csv.c), with the columns of `loguniqueid`, `loguserfield` and `newcdrcolumns`.
package enum MasterCSV {
    package typealias Row = [String]

    /// In the order of cdr_csv.c, by the names that a record uses.
    private static let columns = [
        "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start",
        "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield", "peeraccount",
        "linkedid", "sequence",
    ]

    package static func rows(_ bytes: [UInt8]) -> [Row] {
        var rows: [Row] = []
        var row: Row = []
        var value: [UInt8] = []
        var isQuoted = false
        var index = bytes.startIndex
        func end() {
            row.append(String(decoding: value, as: UTF8.self))
            value = []
        }
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            switch byte {
            case ASCII.quote where isQuoted && index < bytes.endIndex && bytes[index] == ASCII.quote:
                value.append(byte)
                index += 1
            case ASCII.quote: isQuoted.toggle()
            case ASCII.comma where !isQuoted: end()
            case ASCII.newline where !isQuoted:
                end()
                rows.append(row)
                row = []
            default: value.append(byte)
            }
        }
        return rows
    }

    /// The columns in which a row and a CDR's JSON differ, each with both values.
    ///
    /// - Parameters:
    ///   - offset: seconds that the row's local times are ahead of UTC.
    ///   - ignored: columns that do not count.
    package static func differences(
        between row: Row,
        and cdr: JSONValue,
        offset: Int = 0,
        ignoring ignored: Set<String> = []
    ) -> [String] {
        var differences: [String] = []
        for (column, value) in zip(columns, row) where !ignored.contains(column) {
            let sent = text(cdr, column, offset)
            if sent != expected(column, value) { differences.append("\(column): '\(value)' became '\(sent)'") }
        }
        return row.count == columns.count ? differences : ["the row has \(row.count) columns"]
    }

    private static func expected(_ column: String, _ value: String) -> String {
        guard column == "amaflags" else { return value }
        return ["OMIT": "1", "BILLING": "2", "DOCUMENTATION": "3"][value] ?? value
    }

    private static func text(_ cdr: JSONValue, _ column: String, _ offset: Int) -> String {
        let times = ["start": "started_at", "answer": "answered_at", "end": "ended_at"]
        guard let time = times[column] else {
            return cdr[column]?.string ?? cdr[column]?.integer.map { "\($0)" } ?? ""
        }
        guard let text = cdr[time]?.string, let instant = Timestamp(rfc3339: text) else { return "" }
        var bytes: [UInt8] = []
        CivilTime(secondsSinceEpoch: instant.seconds + offset).append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Timestamp {
    /// Reads the form that the connector writes, without the fraction of a second.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.replacing("T", with: " ").utf8)
        guard let civil = CivilTime(asterisk: bytes.prefix(19)) else { return nil }
        self.init(seconds: civil.secondsSinceEpoch)
    }
}
