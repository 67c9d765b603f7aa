import Basics
import SQLite

extension Store {
    /// Returns free pages to the file system; false when there were none.
    func giveSpaceBack(pages: Int) throws(SQLiteError) -> Bool {
        guard try statements.pages().free > 0 else { return false }
        // In a transaction, so that the allocated size is updated with the size of the file.
        try database.transaction { () throws(SQLiteError) in
            try database.execute("PRAGMA incremental_vacuum(\(pages))")
        }
        return true
    }

    /// Deletes some keys of records whose channels began before a moment, and some of the excess keys; false when there
    /// was none to delete.
    func forgetKeys(begunBefore instant: Timestamp) throws(SQLiteError) -> Bool {
        var new = state
        try database.transaction { () throws(SQLiteError) in
            let oldest = "SELECT max(channel) FROM (SELECT channel FROM ledger ORDER BY channel LIMIT 2000)"
            new.keys -= try database.run(
                "DELETE FROM ledger WHERE channel < ? AND channel <= (\(oldest))",
                CallKey.first(after: instant.seconds - 1)
            )
            let forgotten = try statements.forgetKeys(keyBudget.excess(at: new.keys))
            new.keys -= forgotten
            new.forgottenKeys += forgotten
            if new.keys != state.keys { try statements.set(new) }
        }
        defer { state = new }
        return new.keys != state.keys
    }
}
