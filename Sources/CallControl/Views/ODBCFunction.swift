import Basics
import Daemon

/// A function of the dialplan in func_odbc.conf (funcs/func_odbc.c).
struct ODBCFunction: Equatable {
    let name: String
    let section: String
    let prefix: String?
    /// Sections of res_odbc.conf; the first one that answers is asked.
    let sources: [String]
    let values: AsteriskConfig.Section

    /// - Returns: `nil` for a section that is no function.
    init?(_ section: AsteriskConfig.Section) {
        guard !section.isTemplate, section.name.lowercased() != "general" else { return nil }
        self.section = section.name
        prefix = section.last("prefix").flatMap { $0.isEmpty ? nil : $0 }
        name = "\(prefix ?? "ODBC")_\(section.name)"
        let text = section.last("writehandle", "dsn") ?? section.last("readhandle") ?? ""
        sources = text.split(separator: ",").map { String($0).trimmingBlanks }
        values = section
    }

    func write(into json: inout JSONWriter) {
        json.beginObject()
        json.required("name", name)
        json.required("section", section)
        json.key("prefix")
        json.stringOrNull(prefix)
        json.key("dsn")
        json.beginArray()
        for source in sources { json.string(source) }
        json.endArray()
        json.key("readsql")
        json.stringOrNull(values.last("readsql", "read"))
        json.key("writesql")
        json.stringOrNull(values.last("writesql", "write"))
        json.key("insertsql")
        json.stringOrNull(values.last("insertsql"))
        json.key("synopsis")
        json.stringOrNull(values.last("synopsis"))
        json.key("syntax")
        json.stringOrNull(values.last("syntax"))
        json.key("mode")
        json.stringOrNull(values.last("mode"))
        json.key("template")
        json.stringOrNull(values.templates.isEmpty ? nil : values.templates.joined(separator: ","))
        json.endObject()
    }
}

/// A connection in odbc.ini, without its password.
struct ODBCDataSource: Equatable {
    let values: AsteriskConfig.Section

    /// - Returns: `nil` for the sections of the driver manager itself.
    init?(_ section: AsteriskConfig.Section) {
        guard !["odbc", "odbc data sources", "default"].contains(section.name.lowercased()) else { return nil }
        values = section
    }

    func write(into json: inout JSONWriter) {
        json.beginObject()
        json.required("name", values.name)
        json.key("driver")
        json.stringOrNull(values.last("driver"))
        json.key("description")
        json.stringOrNull(values.last("description"))
        json.key("server")
        json.stringOrNull(values.last("server", "servername", "host", "socket"))
        json.key("port")
        json.integerOrNull(values.last("port").flatMap { Array($0.utf8)[...].integer })
        json.key("database")
        json.stringOrNull(values.last("database", "dbname", "db"))
        json.key("user")
        json.stringOrNull(values.last("user", "username", "uid"))
        json.endObject()
    }
}
