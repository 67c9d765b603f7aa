import Basics
import ODBC

/// Writes numbers into a table of the site, within the transaction of its caller.
struct SyncWriter {
    private let connection: ODBCConnection
    private let table: SyncTable

    /// - Throws: `CallerIDStoreError.unfit` when the table cannot have such a change.
    init(
        _ connection: ODBCConnection,
        _ table: SyncTable,
        _ changes: [ForeignNumbers.Change]
    ) throws(CallerIDStoreError) {
        self.connection = connection
        self.table = table
        guard table.kind != .campaigns else {
            throw .unfit("\(table.name) belongs to VICIdial and is only read; change the numbers there")
        }
        for case .put(let records) in changes where table.kind == .trunks {
            guard records.allSatisfy({ !$0.trunk.isEmpty }) else {
                throw .unfit("\(table.name) has numbers of trunks only; name the trunk")
            }
        }
        if table.columns[.trunk] == nil, changes.contains(where: \.hasTrunk) {
            throw .unfit("\(table.name) has no column for the trunk; run 'asterisk-connector callerid migrate'")
        }
    }

    func run(_ changes: [ForeignNumbers.Change]) throws(ODBCError) {
        for change in changes {
            switch change {
            case .put(let records): for record in records { try put(record) }
            case .remove(let numbers): for number in numbers { try remove(number) }
            case .replaceAll(let records):
                try removeOthers(than: records, where: nil)
                for record in records { try put(record) }
            case .replaceTrunks(let trunks):
                for trunk in trunks.keys.sorted() { try replace(trunk, trunks[trunk] ?? []) }
            }
        }
    }

    private func put(_ record: NumberRecord) throws(ODBCError) {
        if table.kind == .trunks {
            try remove(record.number)
            for place in record.places { try insert(record, place) }
        } else if try update(record) == 0 {
            try insert(record, record.places.first)
        }
    }

    private func replace(_ trunk: String, _ records: [NumberRecord]) throws(ODBCError) {
        guard let column = table.columns[.trunk] else { return }
        if table.kind == .trunks {
            try connection.execute("DELETE FROM \(name) WHERE \(connection.quoted(column)) = ?", .text(trunk))
            for record in records {
                for place in record.places where place.trunk == trunk { try insert(record, place) }
            }
        } else {
            try removeOthers(than: records, where: (column, trunk))
            for record in records { try put(record) }
        }
    }

    private var name: String { get throws(ODBCError) { try connection.quoted(table.name) } }

    private var number: String { get throws(ODBCError) { try connection.quoted(table.columns[.callerID] ?? "") } }

    /// Removes what is not in `records`, in the whole table or where a column has a value.
    private func removeOthers(than records: [NumberRecord], where part: (String, String)?) throws(ODBCError) {
        let kept = Set(records.map(\.number))
        let condition = try part.map { part throws(ODBCError) in " WHERE \(try connection.quoted(part.0)) = ?" } ?? ""
        let select = try connection.prepare("SELECT \(number) FROM \(name)\(condition)")
        try select.run(part.map { [.text($0.1)] } ?? [])
        let delete = try connection.prepare("DELETE FROM \(name) WHERE \(number) = ?")
        for row in try select.rows().rows {
            guard let text = row.first ?? nil, Digits(callerID: text).map({ !kept.contains($0) }) ?? true else {
                continue
            }
            try delete.run([.text(text)])
        }
    }

    /// The forms in which a table may have a number.
    private static func forms(_ number: Digits) -> [ODBCValue] {
        [.text("\(number)"), .text("1\(number)"), .text("+1\(number)"), .text("+\(number)")]
    }

    private func remove(_ number: Digits) throws(ODBCError) {
        let delete = try connection.prepare("DELETE FROM \(name) WHERE \(self.number) IN (?, ?, ?, ?)")
        try delete.run(Self.forms(number))
    }

    /// Returns how many rows have the number.
    private func update(_ record: NumberRecord) throws(ODBCError) -> Int {
        var assignments: [String] = []
        var values: [ODBCValue] = []
        for column in table.read where column != .callerID {
            assignments.append("\(try connection.quoted(table.columns[column] ?? "")) = ?")
            values.append(Self.value(column, of: record, record.places.first))
        }
        if let column = table.updatedAt { assignments.append("\(try connection.quoted(column)) = CURRENT_TIMESTAMP") }
        let sql = "UPDATE \(try name) SET \(assignments.joined(separator: ", ")) WHERE \(try number) IN (?, ?, ?, ?)"
        let statement = try connection.prepare(sql)
        try statement.run(values + Self.forms(record.number))
        return statement.changes
    }

    private func insert(_ record: NumberRecord, _ place: TrunkPlace?) throws(ODBCError) {
        var names: [String] = []
        var marks: [String] = []
        var values: [ODBCValue] = []
        for column in table.read {
            names.append(try connection.quoted(table.columns[column] ?? ""))
            marks.append("?")
            values.append(Self.value(column, of: record, place))
        }
        for column in table.existing where ["created_at", "updated_at"].contains(column.lowercased()) {
            names.append(try connection.quoted(column))
            marks.append("CURRENT_TIMESTAMP")
        }
        let sql = """
            INSERT INTO \(try name)(\(names.joined(separator: ", "))) VALUES (\(marks.joined(separator: ", ")))
            """
        try connection.prepare(sql).run(values)
    }

    private static func value(_ column: NumberCSV.Column, of record: NumberRecord, _ place: TrunkPlace?) -> ODBCValue {
        switch column {
        case .callerID: .text(record.number.description)
        case .carrier: .text(record.carrier)
        case .areaCode: .text(record.areaCode.description)
        case .hourlyLimit: ODBCValue(record.hourlyLimit.map { Int($0) })
        case .dailyLimit: ODBCValue(record.dailyLimit.map { Int($0) })
        case .pool: .text(record.pool)
        case .trunk: .text(place?.trunk ?? "")
        case .route: .text(place?.route ?? record.route)
        case .callType: .text(place?.callType ?? record.callType)
        case .isActive: .integer(record.isActive ? 1 : 0)
        case .isDefault: .integer(place?.isDefault == true || record.isDefault ? 1 : 0)
        }
    }
}

extension ForeignNumbers.Change {
    /// Whether it needs a column for the trunk.
    fileprivate var hasTrunk: Bool {
        switch self {
        case .put(let records), .replaceAll(let records): records.contains { !$0.trunk.isEmpty }
        case .remove: false
        case .replaceTrunks: true
        }
    }
}
