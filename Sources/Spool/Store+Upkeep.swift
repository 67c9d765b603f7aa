import Basics

extension Store {
    /// Gives space back to the file system; false when there was none to give.
    func giveSpaceBack(pages: Int) throws(SQLiteError) -> Bool {
        guard try statements.pages().free > 0 else { return false }
        try database.run("PRAGMA incremental_vacuum(\(pages))")
        return true
    }

    /// Forgets some keys of records made before a moment; false when none are left.
    func forgetKeys(madeBefore instant: Timestamp) throws(SQLiteError) -> Bool {
        let oldest = "SELECT max(time) FROM (SELECT time FROM ledger ORDER BY time LIMIT 2000)"
        return try database.run(
            "DELETE FROM ledger WHERE time < ? AND time <= (\(oldest))",
            instant.seconds
        ) > 0
    }
}
