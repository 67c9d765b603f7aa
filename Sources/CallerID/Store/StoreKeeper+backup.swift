import Basics
import Glibc
import SQLite

extension StoreKeeper {
    /// The pages of one step; other work of the store goes on between two steps.
    private static let backupStep = 1000

    /// Copies the database to a new file; the copy is complete and flushed when this returns.
    ///
    /// - Throws: `CallerIDStoreError`; then no file is left, except one that was there before.
    func backup(to path: String) async throws {
        let backup = try store.perform { () throws(SQLiteError) in try SQLiteBackup(of: store.database, to: path) }
        do {
            while try !store.perform({ () throws(SQLiteError) in try backup.step(pages: Self.backupStep) }) {
                try Task.checkCancellation()
                await Task.yield()
            }
        } catch {
            _ = unsafe unlink(path)
            throw error
        }
    }
}
