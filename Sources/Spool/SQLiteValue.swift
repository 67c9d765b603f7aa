import Basics

/// What can stand for a `?` in SQL.
protocol SQLiteValue {
    func bind(to statement: Statement, at index: Int32) throws(SQLiteError)
}

extension Int: SQLiteValue {
    func bind(to statement: Statement, at index: Int32) throws(SQLiteError) { try statement.bind(index, self) }
}

extension String: SQLiteValue {
    func bind(to statement: Statement, at index: Int32) throws(SQLiteError) { try statement.bind(index, self) }
}

extension [UInt8]: SQLiteValue {
    func bind(to statement: Statement, at index: Int32) throws(SQLiteError) { try statement.bind(index, self[...]) }
}

extension Timestamp: SQLiteValue {
    func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
        try statement.bind(index, Int(microseconds))
    }
}

/// `nil` is NULL.
extension Optional: SQLiteValue where Wrapped: SQLiteValue {
    func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
        if let self { try self.bind(to: statement, at: index) } else { try statement.bindNull(index) }
    }
}
