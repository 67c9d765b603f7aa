import Basics
import CODBC

/// A connection to a database; the thread that opened it uses it, and every call may block.
///
/// `ODBCDatabase` has a thread for it and keeps every caller's deadline.
///
/// ```swift
/// let rows = try connection.rows("SELECT caller_id FROM caller_ids WHERE area_code = ?", "212")
/// ```
@safe
package final class ODBCConnection {
    private let handle: ODBCHandle
    private let library: ODBCLibrary
    private let redaction: Redaction
    private let queryTimeout: Int
    package let system: ODBCSystem
    private let quote: String

    /// Connects; blocks as long as the driver does, which is about `loginTimeout`.
    init(_ configuration: ODBCConfiguration) throws(ODBCError) {
        library = try ODBCLibrary.shared()
        redaction = configuration.redaction
        queryTimeout = Int(configuration.queryTimeout.components.seconds)
        let environment = try ODBCEnvironment(library)
        let text = try configuration.connectionString(drivers: environment.drivers())
        let handle = try ODBCHandle(SQL_HANDLE_DBC, in: environment.handle, library)
        let login = SQLULEN(clamping: configuration.loginTimeout.components.seconds)
        for attribute in [SQL_ATTR_LOGIN_TIMEOUT, SQL_ATTR_CONNECTION_TIMEOUT] {
            // A driver without such a limit ignores it; the caller has its deadline anyway.
            let limit = attribute == SQL_ATTR_LOGIN_TIMEOUT ? login : SQLULEN(clamping: queryTimeout)
            _ = unsafe library.setConnection(handle.raw, SQLINTEGER(attribute), codbc_number(limit), 0)
        }
        var units = Array(text.utf16)
        let count = SQLSMALLINT(clamping: units.count)
        let code = unsafe library.connect(
            handle.raw,
            nil,
            &units,
            count,
            nil,
            0,
            nil,
            SQLUSMALLINT(SQL_DRIVER_NOPROMPT)
        )
        guard code.isSuccess else {
            throw handle.error("connect to \(configuration.place)", redaction).whileConnecting
        }
        self.handle = handle
        system = ODBCSystem(name: Self.information(handle, SQL_DBMS_NAME))
        quote = Self.information(handle, SQL_IDENTIFIER_QUOTE_CHAR)
        if let utc = system.utcStatement { try execute(utc) }
    }

    deinit { _ = unsafe library.disconnect(handle.raw) }

    private static func information(_ handle: ODBCHandle, _ what: Int) -> String {
        var buffer = [SQLWCHAR](repeating: 0, count: 128)
        var bytes: SQLSMALLINT = 0
        let code = unsafe handle.library.information(
            handle.raw,
            SQLUSMALLINT(what),
            &buffer,
            SQLSMALLINT(buffer.count * 2),
            &bytes
        )
        guard code.isSuccess else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }, as: UTF16.self)
    }

    // MARK: Statements

    /// Runs a query; returns its rows.
    package func rows(
        _ sql: String,
        _ values: ODBCValue...,
        limits: ODBCLimits = ODBCLimits()
    ) throws(ODBCError) -> ODBCRows {
        let statement = try prepare(sql)
        try statement.run(values)
        return try statement.rows(limits)
    }

    /// Runs a statement that returns no rows; returns how many it changed, as far as the driver knows.
    @discardableResult
    package func execute(_ sql: String, _ values: ODBCValue...) throws(ODBCError) -> Int {
        let statement = try prepare(sql)
        try statement.run(values)
        return statement.changes
    }

    package func prepare(_ sql: String) throws(ODBCError) -> ODBCStatement {
        try ODBCStatement(sql, on: handle, timeout: queryTimeout, redaction)
    }

    /// Runs `body` in one transaction: committed when this returns, rolled back when `body` throws.
    ///
    /// MariaDB commits before and after each statement that changes a table's definition.
    ///
    /// - Throws: what `body` throws; after a failed commit the outcome is unknown.
    package func transaction<Result>(_ body: () throws(ODBCError) -> Result) throws(ODBCError) -> Result {
        try setAutomatic(false)
        do throws(ODBCError) {
            let result = try body()
            try end(SQL_COMMIT)
            try setAutomatic(true)
            return result
        } catch {
            try? end(SQL_ROLLBACK)
            try? setAutomatic(true)
            throw error
        }
    }

    private func setAutomatic(_ isOn: Bool) throws(ODBCError) {
        let attribute = SQLINTEGER(SQL_ATTR_AUTOCOMMIT)
        let code = unsafe library.setConnection(handle.raw, attribute, codbc_number(isOn ? 1 : 0), 0)
        guard code.isSuccess else {
            throw handle.error("begin or end a transaction", redaction)
        }
    }

    private func end(_ outcome: Int) throws(ODBCError) {
        let code = unsafe library.endTransaction(handle.kind, handle.raw, SQLSMALLINT(outcome))
        guard code.isSuccess else {
            throw handle.error(outcome == SQL_COMMIT ? "commit" : "roll back", redaction)
        }
    }

    // MARK: Names

    /// A name of a table, with or without its schema, or of a column, as SQL needs it.
    ///
    /// - Throws: `ODBCError.name` for anything but letters, digits and `_ $ .`.
    package func quoted(_ name: String) throws(ODBCError) -> String {
        guard (1...128).contains(name.utf8.count),
            name.utf8.allSatisfy(Self.isPlain)
        else { throw .name(String(name.prefix(64))) }
        guard !quote.isEmpty, quote != " " else { return name }
        return name.split(separator: ".").map { "\(quote)\($0)\(quote)" }.joined(separator: ".")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: ASCII.isDigit(byte) || "_$.".utf8.contains(byte)
        }
    }

    /// The names of the columns of a table.
    ///
    /// - Throws: `ODBCError.server` when there is no such table, or no right to read it.
    package func columns(of table: String) throws(ODBCError) -> [String] {
        try rows("SELECT * FROM \(quoted(table)) WHERE 1 = 0").columns
    }

    /// Whether the server answers.
    var isAlive: Bool { (try? rows("SELECT 1")) != nil }
}

/// What kind of server a connection has.
package enum ODBCSystem: Sendable, Equatable {
    case postgresql
    case mariadb
    case other(String)

    init(name: String) {
        switch name.lowercased() {
        case let name where name.contains("postgres"): self = .postgresql
        case let name where name.contains("mariadb") || name.contains("mysql"): self = .mariadb
        default: self = .other(name)
        }
    }

    /// Has the server give times in UTC.
    var utcStatement: String? {
        switch self {
        case .postgresql: "SET TIME ZONE 'UTC'"
        case .mariadb: "SET time_zone = '+00:00'"
        case .other: nil
        }
    }
}

/// The environment of the driver manager, which knows the drivers.
struct ODBCEnvironment {
    let handle: ODBCHandle

    init(_ library: ODBCLibrary) throws(ODBCError) {
        handle = try ODBCHandle(SQL_HANDLE_ENV, in: nil, library)
        let version = SQLINTEGER(SQL_ATTR_ODBC_VERSION)
        let three = unsafe codbc_number(SQLULEN(SQL_OV_ODBC3))
        let code = unsafe library.setEnvironment(handle.raw, version, three, 0)
        guard code.isSuccess else {
            throw handle.error("start unixODBC", Redaction([]))
        }
    }

    /// The names of the drivers in odbcinst.ini.
    func drivers() -> [String] {
        var names: [String] = []
        var direction = SQL_FETCH_FIRST
        while names.count < 1000 {
            var name = [SQLWCHAR](repeating: 0, count: 256)
            var attributes = [SQLWCHAR](repeating: 0, count: 1024)
            var (nameLength, attributesLength): (SQLSMALLINT, SQLSMALLINT) = (0, 0)
            let code = unsafe handle.library.drivers(
                handle.raw,
                SQLUSMALLINT(direction),
                &name,
                SQLSMALLINT(name.count),
                &nameLength,
                &attributes,
                SQLSMALLINT(attributes.count),
                &attributesLength
            )
            guard code.isSuccess else { break }
            names.append(String(decoding: name.prefix { $0 != 0 }, as: UTF16.self))
            direction = SQL_FETCH_NEXT
        }
        return names
    }
}
