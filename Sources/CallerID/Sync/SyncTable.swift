import Basics
import ODBC

/// A table that numbers are read from, and which of its columns has what.
struct SyncTable: Sendable, Equatable {
    /// A kind of table that other programs have.
    enum Kind: String, Sendable, CaseIterable {
        /// That of the original rotation service; also a table of one's own.
        case callerIDs = "caller_ids"
        /// Numbers of trunks, each in several rows if need be.
        case trunks = "pstn_callerid"
        /// VICIdial's numbers by campaign and area code.
        case campaigns = "vicidial_campaign_cid_areacodes"

        /// The names that a column may have, the first that exists counts.
        var names: [NumberCSV.Column: [String]] {
            switch self {
            case .callerIDs: Dictionary(uniqueKeysWithValues: NumberCSV.Column.allCases.map { ($0, [$0.rawValue]) })
            case .trunks:
                [
                    .callerID: ["callerid", "caller_id"], .route: ["route_number"], .isActive: ["active", "is_active"],
                    .trunk: ["trunk", "trunk_name"], .callType: ["call_type"], .isDefault: ["is_default"],
                ]
            case .campaigns:
                [
                    .callerID: ["outbound_cid"], .areaCode: ["areacode"], .pool: ["campaign_id"], .isActive: ["active"],
                    .carrier: ["cid_description"],
                ]
            }
        }

        /// The kind of a table with another name.
        init(columns: Set<String>) {
            self =
                columns.contains("outbound_cid") && columns.contains("areacode")
                ? .campaigns : columns.contains("callerid") ? .trunks : .callerIDs
        }
    }

    let name: String
    let kind: Kind
    /// The name in the table of each column that it has.
    let columns: [NumberCSV.Column: String]
    /// All names, as the table has them.
    let existing: [String]

    /// - Parameters:
    ///   - existing: the names of the table's columns.
    ///   - mapping: other names of columns, from the settings.
    /// - Throws: `SyncError.column` for one that the table does not have.
    init(_ name: String, existing: [String], mapping: [NumberCSV.Column: String]) throws(SyncError) {
        self.name = name
        self.existing = existing
        let lowered = Dictionary(existing.map { ($0.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
        let bare = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        kind = Kind(rawValue: bare) ?? Kind(columns: Set(lowered.keys))
        var columns: [NumberCSV.Column: String] = [:]
        for column in NumberCSV.Column.allCases {
            if let other = mapping[column] {
                guard let found = lowered[other.lowercased()] else { throw .column(other, table: name) }
                columns[column] = found
            } else if let found = (kind.names[column] ?? []).lazy.compactMap({ lowered[$0] }).first {
                columns[column] = found
            }
        }
        guard columns[.callerID] != nil else {
            throw .column(kind.names[.callerID]?.first ?? "caller_id", table: name)
        }
        if kind == .trunks, columns[.trunk] == nil { throw .column("trunk", table: name) }
        self.columns = columns
    }

    /// The column with the time of the last change, by which changed rows are found.
    var updatedAt: String? { existing.first { $0.lowercased() == "updated_at" } }

    /// The column whose order is that of the table.
    private var order: String? { existing.first { $0.lowercased() == "id" } }

    /// The columns in the order in which they are read.
    var read: [NumberCSV.Column] { NumberCSV.Column.allCases.filter { columns[$0] != nil } }

    /// The query for all rows, or for those that changed.
    ///
    /// - Parameter condition: what stands behind WHERE; `nil` for all rows.
    func query(_ connection: ODBCConnection, where condition: String? = nil) throws(ODBCError) -> String {
        var names: [String] = []
        for column in read { names.append(try connection.quoted(columns[column] ?? "")) }
        var sql = "SELECT \(names.joined(separator: ", ")) FROM \(try connection.quoted(name))"
        if let condition { sql += " WHERE \(condition)" }
        if let order { sql += " ORDER BY \(try connection.quoted(order))" }
        return sql
    }

    /// Reads the settings `SYNC_COLUMNS`: `caller_id=did` and so on; `nil` for what is none.
    static func mapping(_ words: [String]) -> [NumberCSV.Column: String]? {
        var mapping: [NumberCSV.Column: String] = [:]
        for word in words {
            let parts = word.split(separator: "=", omittingEmptySubsequences: false).map { String($0) }
            guard parts.count == 2, !parts[1].isEmpty, let column = NumberCSV.Column(rawValue: parts[0]) else {
                return nil
            }
            mapping[column] = parts[1]
        }
        return mapping
    }
}
