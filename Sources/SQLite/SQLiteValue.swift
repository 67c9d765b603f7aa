package import Basics

/// A value for a `?` in SQL.
package protocol SQLiteValue {
    func bind(to statement: SQLiteStatement, at index: Int32) throws(SQLiteError)
}

extension Int: SQLiteValue {
    package func bind(to statement: SQLiteStatement, at index: Int32) throws(SQLiteError) {
        try statement.bind(index, self)
    }
}

extension String: SQLiteValue {
    package func bind(to statement: SQLiteStatement, at index: Int32) throws(SQLiteError) {
        try statement.bind(index, self)
    }
}

extension [UInt8]: SQLiteValue {
    package func bind(to statement: SQLiteStatement, at index: Int32) throws(SQLiteError) {
        try statement.bind(index, self[...])
    }
}

extension Timestamp: SQLiteValue {
    package func bind(to statement: SQLiteStatement, at index: Int32) throws(SQLiteError) {
        try statement.bind(index, Int(microseconds))
    }
}

/// `nil` is NULL.
extension Optional: SQLiteValue where Wrapped: SQLiteValue {
    package func bind(to statement: SQLiteStatement, at index: Int32) throws(SQLiteError) {
        if let self { try self.bind(to: statement, at: index) } else { try statement.bindNull(index) }
    }
}
