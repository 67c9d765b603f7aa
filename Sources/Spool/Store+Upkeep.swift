import Basics

extension Store {
    /// Gives space back to the file system; false when there was none to give.
    func giveSpaceBack(pages: Int) throws(SQLiteError) -> Bool {
        guard try statements.pages().free > 0 else { return false }
        try database.run("PRAGMA incremental_vacuum(\(pages))")
        return true
    }

    /// Forgets some keys of records whose channels began before a moment; false when none are left.
    func forgetKeys(begunBefore instant: Timestamp) throws(SQLiteError) -> Bool {
        let oldest = "SELECT max(channel) FROM (SELECT channel FROM ledger ORDER BY channel LIMIT 2000)"
        return try database.run(
            "DELETE FROM ledger WHERE channel < ? AND channel <= (\(oldest))",
            CallKey.first(after: instant.seconds - 1)
        ) > 0
    }
}
