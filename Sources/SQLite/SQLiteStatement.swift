package import Basics
private import CSQLite

/// A prepared statement, used repeatedly on its connection's thread.
@safe
package final class SQLiteStatement {
    private let handle: OpaquePointer
    private let sql: String
    private let database: SQLiteDatabase

    init(_ handle: OpaquePointer, sql: String, database: SQLiteDatabase) {
        unsafe self.handle = handle
        self.sql = sql
        self.database = database
    }

    deinit { unsafe sqlite3_finalize(handle) }

    package func bind(_ index: Int32, _ value: Int) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_int64(handle, index, Int64(value)))
    }

    /// Binds bytes that SQLite copies.
    package func bind(_ index: Int32, _ value: Bytes) throws(SQLiteError) {
        let code = unsafe value.withUnsafeBytes { bytes in
            // SQLite treats a null pointer as NULL, but an empty value is not NULL.
            unsafe bytes.isEmpty
                ? sqlite3_bind_zeroblob(handle, index, 0)
                : csqlite_bind_blob_copy(handle, index, bytes.baseAddress, UInt64(bytes.count))
        }
        try check(code)
    }

    package func bind(_ index: Int32, _ value: String) throws(SQLiteError) {
        try check(unsafe csqlite_bind_text_copy(handle, index, value, UInt64(value.utf8.count)))
    }

    /// Binds one value for each `?`, in order.
    package func bind(_ values: [any SQLiteValue]) throws(SQLiteError) {
        for (index, value) in values.enumerated() { try value.bind(to: self, at: Int32(index + 1)) }
    }

    /// Runs the statement to its end with these values, one for each `?`.
    package func run(_ row: SQLiteRow) throws(SQLiteError) {
        let code = unsafe row.bytes.withUnsafeBytes { bytes in
            for (index, value) in row.values.enumerated() {
                let code = unsafe bind(Int32(index + 1), value, in: bytes)
                guard code == SQLITE_OK else { return code }
            }
            var code = SQLITE_ROW
            while code == SQLITE_ROW { code = unsafe sqlite3_step(handle) }
            return code
        }
        let failure = code == SQLITE_DONE ? nil : database.error(code, sql)
        unsafe sqlite3_reset(handle)
        // No value may point into the row after it.
        unsafe sqlite3_clear_bindings(handle)
        if let failure { throw failure }
    }

    private func bind(_ index: Int32, _ value: SQLiteRow.Value, in bytes: UnsafeRawBufferPointer) -> Int32 {
        switch value {
        case .null: return unsafe sqlite3_bind_null(handle, index)
        case .integer(let value): return unsafe sqlite3_bind_int64(handle, index, Int64(value))
        case .text(let offset, let count):
            // SQLite treats a null pointer as NULL, but an empty text is not NULL.
            guard count > 0, let start = bytes.baseAddress else {
                return unsafe csqlite_bind_text_copy(handle, index, "", 0)
            }
            let text = unsafe (start + offset).assumingMemoryBound(to: CChar.self)
            return unsafe csqlite_bind_text_static(handle, index, text, UInt64(count))
        }
    }

    package func bindNull(_ index: Int32) throws(SQLiteError) { try check(unsafe sqlite3_bind_null(handle, index)) }

    /// Advances to the next row; false after the last one, when the statement is ready to run again.
    package func step() throws(SQLiteError) -> Bool {
        let code = unsafe sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            unsafe sqlite3_reset(handle)
            return false
        default:
            let error = database.error(code, sql)
            unsafe sqlite3_reset(handle)
            throw error
        }
    }

    /// Runs a statement to its end, ignoring any rows.
    package func run() throws(SQLiteError) { while try step() {} }

    /// Ends the run before the last row; the statement can then run again.
    package func reset() { unsafe sqlite3_reset(handle) }

    package func integer(_ column: Int32) -> Int { Int(unsafe sqlite3_column_int64(handle, column)) }

    package func bytes(_ column: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    package func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }

    package func timestamp(_ column: Int32) -> Timestamp { Timestamp(microseconds: Int64(integer(column))) }

    package func byteCount(_ column: Int32) -> Int { Int(unsafe sqlite3_column_bytes(handle, column)) }

    package func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

    private func check(_ code: Int32) throws(SQLiteError) {
        guard code == SQLITE_OK else { throw database.error(code, sql) }
    }
}
