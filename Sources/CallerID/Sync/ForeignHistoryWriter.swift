import Basics
import ODBC

/// Writes rows of the history into the tables of the site, in one transaction; leaves out columns that it does not have.
struct ForeignHistoryWriter {
    private let connection: ODBCConnection
    private let logColumns: Set<String>
    private let reservationColumns: Set<String>

    /// - Throws: `ODBCError` also when a table is missing.
    init(_ connection: ODBCConnection) throws(ODBCError) {
        self.connection = connection
        logColumns = Set(try connection.columns(of: "api_logs").map { $0.lowercased() })
        reservationColumns = Set(try connection.columns(of: "reservations").map { $0.lowercased() })
    }

    /// The rows of one statement.
    private static let step = 50

    func write(_ rows: [AuditRow]) throws(ODBCError) {
        let logs = rows.map { row in Self.log.map { $0.value(row) } }
        let reservations = rows.filter { $0.reservedUntil > 0 }.map { row in Self.reservation.map { $0.value(row) } }
        try connection.transaction { () throws(ODBCError) in
            try insert("api_logs", Self.log, logColumns, logs)
            try insert("reservations", Self.reservation, reservationColumns, reservations)
        }
    }

    private func insert(
        _ table: String,
        _ columns: [Column],
        _ existing: Set<String>,
        _ rows: [[ODBCValue]]
    ) throws(ODBCError) {
        let used = columns.indices.filter { existing.contains(columns[$0].name) }
        var names: [String] = []
        for index in used { names.append(try connection.quoted(columns[index].name)) }
        let marks = used.map { columns[$0].type.mark(connection.system) }.joined(separator: ", ")
        var rest = rows[...]
        var statement: (count: Int, prepared: ODBCStatement)?
        while !rest.isEmpty {
            let part = rest.prefix(Self.step)
            rest = rest.dropFirst(part.count)
            if statement?.count != part.count {
                let tuples = Array(repeating: "(\(marks))", count: part.count).joined(separator: ", ")
                let sql = """
                    INSERT INTO \(try connection.quoted(table))(\(names.joined(separator: ", "))) VALUES \(tuples)
                    """
                statement = (part.count, try connection.prepare(sql))
            }
            try statement?.prepared.run(part.flatMap { row in used.map { row[$0] } })
        }
    }

    // MARK: Columns

    private struct Column: Sendable {
        enum Kind {
            case text
            case integer
            case time
            case decimal

            /// How a value stands in SQL, so that it has the column's type in every server.
            func mark(_ system: ODBCSystem) -> String {
                switch (self, system) {
                case (.time, .postgresql): "CAST(? AS TIMESTAMP)"
                case (.time, .mariadb): "CAST(? AS DATETIME(6))"
                case (.decimal, .postgresql), (.decimal, .mariadb): "CAST(? AS DECIMAL(15, 3))"
                default: "?"
                }
            }
        }

        let name: String
        let type: Kind
        let value: @Sendable (AuditRow) -> ODBCValue

        init(_ name: String, _ type: Kind = .text, _ value: @escaping @Sendable (AuditRow) -> ODBCValue) {
            self.name = name
            self.type = type
            self.value = value
        }
    }

    private static let log = [
        Column("timestamp", .time) { time($0.time) },
        Column("endpoint") { .text($0.endpoint) },
        Column("method") { .text($0.method) },
        Column("agent") { .text($0.agent) },
        Column("campaign") { .text($0.campaign) },
        Column("caller_id_allocated") { .text($0.number) },
        Column("response_time_ms", .decimal) { milliseconds($0.microseconds) },
        Column("status_code", .integer) { .integer($0.status) },
        Column("destination") { .text($0.destination) },
        Column("error_message") { .text($0.error) },
    ]

    private static let reservation = [
        Column("caller_id") { .text($0.number) },
        Column("reserved_at", .time) { time($0.time) },
        Column("reserved_until", .time) { time($0.reservedUntil) },
        Column("agent") { .text($0.agent) },
        Column("campaign") { .text($0.campaign) },
        Column("destination") { .text($0.destination) },
    ]

    /// As SQL writes it, in UTC, which is the zone of the connection.
    static func time(_ microseconds: Int64) -> ODBCValue {
        let bytes = Timestamp(microseconds: microseconds).description.utf8.dropLast()
        return .text(String(decoding: bytes.map { $0 == UInt8(ascii: "T") ? ASCII.space : $0 }, as: UTF8.self))
    }

    private static func milliseconds(_ microseconds: Int64) -> ODBCValue {
        var bytes: [UInt8] = []
        let microseconds = max(Int(microseconds), 0)
        bytes.appendDecimal(microseconds / 1000)
        bytes.append(ASCII.dot)
        bytes.appendDecimal(microseconds % 1000, width: 3)
        return .text(String(decoding: bytes, as: UTF8.self))
    }
}
