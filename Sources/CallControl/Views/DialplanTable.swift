import Basics
import ODBC

/// A line of the dialplan.
struct DialplanEntry: Sendable, Equatable {
    var id: String?
    var context = ""
    var exten = ""
    var priority = ""
    var app = ""
    var data = ""

    func write(into json: inout JSONWriter) {
        json.beginObject()
        json.key("id")
        Self.number(id, into: &json)
        json.required("context", context)
        json.required("exten", exten)
        json.key("priority")
        Self.number(priority, into: &json)
        json.required("app", app)
        json.required("appdata", data)
        json.endObject()
    }

    /// A whole number as such, since programs count with it; anything else as text.
    private static func number(_ text: String?, into json: inout JSONWriter) {
        if let text, let number = Array(text.utf8)[...].integer, String(number) == text {
            json.integer(number)
        } else {
            json.stringOrNull(text)
        }
    }
}

/// The table `voice_extensions` of a database of the site.
///
/// One statement in a read-only transaction; its columns are looked up once.
final class DialplanTable: Sendable {
    static let name = "voice_extensions"
    /// The most entries of an answer.
    static let limit = 500

    private struct Columns: Sendable {
        let all: [String]
        /// By what each is for.
        let names: [String: String]

        init(_ existing: [String]) throws(ODBCError) {
            var names: [String: String] = [:]
            for (purpose, candidates) in Self.candidates {
                names[purpose] =
                    candidates.lazy.compactMap { candidate in
                        existing.first { $0.lowercased() == candidate }
                    }.first
            }
            for purpose in ["context", "exten", "app"] where names[purpose] == nil {
                throw .unexpected("the table \(DialplanTable.name) has no column \(purpose)")
            }
            self.names = names
            all = Self.candidates.map(\.purpose).filter { names[$0] != nil }
        }

        private static let candidates: [(purpose: String, names: [String])] = [
            ("id", ["id"]), ("context", ["context"]), ("exten", ["exten", "extension"]), ("priority", ["priority"]),
            ("app", ["app"]), ("appdata", ["appdata"]),
        ]
    }

    private let database: ODBCDatabase
    private let columns = Lock<Columns?>(nil)

    init(_ configuration: ODBCConfiguration) { database = ODBCDatabase(configuration) }

    /// The entries of an extension, in order of context and priority, at most `limit`.
    func entries(of exten: String) async throws(ODBCError) -> [DialplanEntry] {
        let known = columns.withLock { $0 }
        let (found, rows) = try await database.perform(within: .seconds(5)) {
            connection throws(ODBCError) -> (Columns, [[String?]]) in
            try connection.transaction { () throws(ODBCError) -> (Columns, [[String?]]) in
                switch connection.system {
                case .mariadb, .postgresql: try connection.execute("SET TRANSACTION READ ONLY")
                case .other: break
                }
                let columns: Columns
                if let known { columns = known } else { columns = try Columns(try connection.columns(of: Self.name)) }
                let sql = try Self.query(columns, connection)
                var limits = ODBCLimits()
                (limits.rows, limits.bytes) = (Self.limit, 4 << 20)
                return (columns, try connection.rows(sql, .text(exten), limits: limits).rows)
            }
        }
        columns.withLock { $0 = found }
        return rows.map { row in Self.entry(row, found) }
    }

    private static func query(_ columns: Columns, _ connection: ODBCConnection) throws(ODBCError) -> String {
        var quoted: [String: String] = [:]
        for (purpose, name) in columns.names { quoted[purpose] = try connection.quoted(name) }
        let wanted = columns.all.compactMap { quoted[$0] }.joined(separator: ", ")
        let order = ["context", "priority", "id"].compactMap { quoted[$0] }.joined(separator: ", ")
        let table = try connection.quoted(name)
        let sql = "SELECT \(wanted) FROM \(table) WHERE \(quoted["exten"] ?? "") = ? ORDER BY \(order)"
        if case .other = connection.system { return sql }
        return "\(sql) LIMIT \(limit)"
    }

    private static func entry(_ row: [String?], _ columns: Columns) -> DialplanEntry {
        var entry = DialplanEntry()
        for (purpose, value) in zip(columns.all, row) {
            switch purpose {
            case "id": entry.id = value
            case "context": entry.context = value ?? ""
            case "exten": entry.exten = value ?? ""
            case "priority": entry.priority = value ?? ""
            case "app": entry.app = value ?? ""
            default: entry.data = value ?? ""
            }
        }
        return entry
    }
}
