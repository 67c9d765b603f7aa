import Basics
import Simulation
import TestSupport

/// What Asterisk wrote into its own files, to be compared with what was received.
struct AsteriskBooks: Sendable, Equatable {
    /// The rows of Master.csv.
    let cdrs: [[String]]
    /// The rows of cel.csv, in the columns of cel_custom.conf.
    let cels: [[String]]
    /// Seconds that Asterisk's local time is ahead of UTC.
    let offset: Int

    var count: Int { cdrs.count + cels.count }

    /// How books and received records differ; both lists are empty when they are the same, one for one.
    struct Comparison: Equatable {
        /// Rows that no record equals, each with what differs in the nearest one.
        var missing: [String] = []
        /// Records that no row equals.
        var surplus: [String] = []

        static let equal = Comparison()
    }

    /// What was written after an earlier reading of the same books: Asterisk only appends.
    func dropFirst(_ earlier: AsteriskBooks) -> AsteriskBooks {
        AsteriskBooks(
            cdrs: Array(cdrs.dropFirst(earlier.cdrs.count)),
            cels: Array(cels.dropFirst(earlier.cels.count)),
            offset: offset
        )
    }

    func joined(with later: AsteriskBooks) -> AsteriskBooks {
        AsteriskBooks(cdrs: cdrs + later.cdrs, cels: cels + later.cels, offset: offset)
    }

    /// Compares the rows of Master.csv with CDRs in every column.
    ///
    /// - Parameter ignored: columns that the records cannot have.
    func compare(cdrs records: [JSONValue], ignoring ignored: Set<String> = []) -> Comparison {
        var comparison = Comparison()
        var left = Dictionary(grouping: records) { $0["uniqueid"]?.string ?? "" }
        for row in cdrs {
            let uniqueID = row.count > 16 ? row[16] : ""
            let results = (left[uniqueID] ?? []).map {
                MasterCSV.differences(between: row, and: $0, offset: offset, ignoring: ignored)
            }
            if let match = results.firstIndex(of: []) {
                left[uniqueID]?.remove(at: match)
            } else {
                let nearest = results.min { $0.count < $1.count } ?? ["there is none with this uniqueid"]
                comparison.missing.append("\(row.joined(separator: "|")): \(nearest.joined(separator: "; "))")
            }
        }
        comparison.surplus = left.values.joined().map { "\($0)" }
        return comparison
    }

    /// Compares the rows of cel.csv with CELs in every column.
    func compare(cels records: [JSONValue]) -> Comparison {
        var comparison = Comparison()
        var left: [String: Int] = [:]
        for record in records { left[Self.key(of: record), default: 0] += 1 }
        for row in cels {
            let key = Self.key(of: row)
            let count = left[key] ?? 0
            if count == 0 { comparison.missing.append(key) }
            left[key] = count > 1 ? count - 1 : nil
        }
        comparison.surplus = left.map { "\($1) times \($0)" }
        return comparison
    }

    /// In the order of cel.csv; the time, the flags and the extra JSON have forms of their own.
    private static let names = [
        "eventtype", "eventtime", "cid_name", "cid_num", "cid_ani", "cid_rdnis", "cid_dnid", "exten", "context",
        "channame", "appname", "appdata", "amaflags", "accountcode", "uniqueid", "linkedid", "peer", "userfield",
        "extra",
    ]

    private static func key(of row: [String]) -> String {
        guard row.count == names.count else { return "\(row.count) columns" }
        var values = row
        values[1] = "\(row[1].prefix { $0 != "." })"
        values[18] = canonical((try? JSONParser.parse(Array(row[18].utf8)[...])) ?? .string(row[18]))
        return values.joined(separator: "|")
    }

    private static func key(of record: JSONValue) -> String {
        names.map { name in
            switch (name, record[name]) {
            case ("extra", let value): canonical(value ?? .string(""))
            case ("eventtime", .string(let text)?): Timestamp(rfc3339: text).map { "\($0.seconds)" } ?? text
            case (_, .string(let text)?): text
            case (_, .integer(let number)?): "\(number)"
            default: ""
            }
        }.joined(separator: "|")
    }

    private static func canonical(_ value: JSONValue) -> String {
        guard let members = value.members else { return "\(value)" }
        return members.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    }
}
