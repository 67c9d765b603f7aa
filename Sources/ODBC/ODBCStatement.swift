import Basics
import CODBC

/// A prepared statement; the thread of its connection uses it, and every call may block.
///
/// Texts travel as UTF-16 in both directions, so neither the locale of this process nor the encoding of the server
/// changes them.
@safe
package final class ODBCStatement {
    private let handle: ODBCHandle
    private let operation: String
    private let redaction: Redaction
    private let buffer: UnsafeMutableBufferPointer<UInt16>
    private let length: UnsafeMutablePointer<SQLLEN>
    private var parameters: [BoundValue] = []

    /// How many UTF-16 units of a value are read in one call.
    private static let bufferUnits = 2048

    init(_ sql: String, on connection: ODBCHandle, timeout: Int, _ redaction: Redaction) throws(ODBCError) {
        handle = try ODBCHandle(SQL_HANDLE_STMT, in: connection, connection.library)
        operation = sql.count <= 120 ? sql : "\(sql.prefix(120))…"
        self.redaction = redaction
        unsafe buffer = .allocate(capacity: Self.bufferUnits)
        unsafe buffer.initialize(repeating: 0)
        unsafe length = .allocate(capacity: 1)
        unsafe length.initialize(to: 0)
        // A driver without such a limit refuses the attribute; the caller has its deadline anyway.
        _ = unsafe handle.library.setStatement(
            handle.raw,
            SQLINTEGER(SQL_ATTR_QUERY_TIMEOUT),
            codbc_number(SQLULEN(clamping: timeout)),
            0
        )
        var units = Array(sql.utf16)
        try check(unsafe handle.library.prepare(handle.raw, &units, SQLINTEGER(clamping: units.count)))
    }

    deinit {
        unsafe buffer.deallocate()
        unsafe length.deallocate()
    }

    private func check(_ code: SQLRETURN) throws(ODBCError) {
        // SQL_NO_DATA: a change that found no row.
        guard code.isSuccess || Int(code) == SQL_NO_DATA else { throw handle.error(operation, redaction) }
    }

    /// Binds one value for each `?` and runs the statement; it can run again afterwards.
    package func run(_ values: [ODBCValue]) throws(ODBCError) {
        parameters = values.map(BoundValue.init)
        for (index, parameter) in parameters.enumerated() {
            let code = unsafe handle.library.bind(
                handle.raw,
                SQLUSMALLINT(index + 1),
                SQLSMALLINT(SQL_PARAM_INPUT),
                SQLSMALLINT(parameter.cType),
                SQLSMALLINT(parameter.sqlType),
                SQLULEN(max(parameter.characters, 1)),
                0,
                parameter.bytes.baseAddress,
                SQLLEN(parameter.bytes.count),
                parameter.length
            )
            try check(code)
        }
        try check(unsafe handle.library.execute(handle.raw))
    }

    /// How many rows the last run changed; 0 when the driver does not know.
    package var changes: Int {
        var count: SQLLEN = 0
        let code = unsafe handle.library.rowCount(handle.raw, &count)
        return code.isSuccess ? max(Int(count), 0) : 0
    }

    /// The rows that the last run found.
    ///
    /// - Throws: `ODBCError.tooLarge` as soon as they are more than allowed.
    package func rows(_ limits: ODBCLimits = ODBCLimits()) throws(ODBCError) -> ODBCRows {
        var result = ODBCRows()
        result.columns = try columns()
        var bytes = 0
        while true {
            let code = unsafe handle.library.fetch(handle.raw)
            if Int(code) == SQL_NO_DATA { return result }
            try check(code)
            guard result.rows.count < limits.rows else {
                throw .tooLarge("the database has more than \(limits.rows) rows; ask for fewer")
            }
            var row: [String?] = []
            row.reserveCapacity(result.columns.count)
            for column in result.columns.indices {
                let value = try value(SQLUSMALLINT(column + 1), room: limits.bytes - bytes)
                bytes += value?.utf8.count ?? 0
                row.append(value)
            }
            result.rows.append(row)
        }
    }

    private func columns() throws(ODBCError) -> [String] {
        var count: SQLSMALLINT = 0
        try check(unsafe handle.library.columnCount(handle.raw, &count))
        var names: [String] = []
        for column in 0..<max(count, 0) {
            var name = [SQLWCHAR](repeating: 0, count: 256)
            var (length, type, digits, nullable): (SQLSMALLINT, SQLSMALLINT, SQLSMALLINT, SQLSMALLINT) = (0, 0, 0, 0)
            var size: SQLULEN = 0
            let code = unsafe handle.library.describeColumn(
                handle.raw,
                SQLUSMALLINT(column + 1),
                &name,
                SQLSMALLINT(name.count),
                &length,
                &type,
                &size,
                &digits,
                &nullable
            )
            try check(code)
            names.append(String(decoding: name.prefix { $0 != 0 }, as: UTF16.self))
        }
        return names
    }

    /// The value of a column, read in as many calls as it needs.
    private func value(_ column: SQLUSMALLINT, room: Int) throws(ODBCError) -> String? {
        var units: [UInt16] = []
        while true {
            unsafe length.pointee = 0
            let code = unsafe handle.library.data(
                handle.raw,
                column,
                SQLSMALLINT(SQL_C_WCHAR),
                buffer.baseAddress,
                SQLLEN(Self.bufferUnits * 2),
                length
            )
            if Int(code) == SQL_NO_DATA { break }
            try check(code)
            let bytes = unsafe length.pointee
            if bytes == SQLLEN(SQL_NULL_DATA) { return nil }
            // A buffer that is too short has a zero at its end.
            let isCut = bytes == SQLLEN(SQL_NO_TOTAL) || bytes >= SQLLEN(Self.bufferUnits * 2)
            let count = unsafe isCut ? buffer.prefix { $0 != 0 }.count : max(0, Int(bytes) / 2)
            unsafe units.append(contentsOf: buffer.prefix(min(count, Self.bufferUnits - 1)))
            guard units.count <= room else { throw .tooLarge("an answer of the database is too long") }
            guard isCut, count > 0 else { break }
        }
        return String(decoding: units, as: UTF16.self)
    }
}

/// A value in memory that the driver reads while the statement runs.
@safe
private final class BoundValue {
    let bytes: UnsafeMutableRawBufferPointer
    let length: UnsafeMutablePointer<SQLLEN>
    let cType: Int
    let sqlType: Int
    /// The length of a text, as the driver declares it to the server.
    let characters: Int

    init(_ value: ODBCValue) {
        var units: [UInt16] = []
        var number = Int64(0)
        unsafe length = .allocate(capacity: 1)
        switch value {
        case .text(let text):
            units = Array(text.utf16)
            (cType, sqlType, characters) = (SQL_C_WCHAR, SQL_WVARCHAR, units.count)
            unsafe length.initialize(to: SQLLEN(units.count * 2))
            unsafe bytes = .allocate(byteCount: max(units.count, 1) * 2, alignment: 8)
            unsafe units.withUnsafeBytes { unsafe bytes.copyMemory(from: $0) }
        case .integer(let integer):
            number = Int64(integer)
            (cType, sqlType, characters) = (SQL_C_SBIGINT, SQL_BIGINT, 0)
            unsafe length.initialize(to: 8)
            unsafe bytes = .allocate(byteCount: 8, alignment: 8)
            unsafe withUnsafeBytes(of: &number) { unsafe bytes.copyMemory(from: $0) }
        case .null:
            (cType, sqlType, characters) = (SQL_C_WCHAR, SQL_WVARCHAR, 0)
            unsafe length.initialize(to: SQLLEN(SQL_NULL_DATA))
            unsafe bytes = .allocate(byteCount: 8, alignment: 8)
        }
    }

    deinit {
        unsafe bytes.deallocate()
        unsafe length.deallocate()
    }
}
