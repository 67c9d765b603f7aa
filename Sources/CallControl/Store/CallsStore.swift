import Basics
import SQLite

/// The SQLite file of the service (CALLS_DB): users, logins and their refresh tokens; one thread uses it.
///
/// Each method is one transaction, which is on the disk when it returns.
package final class CallsStore {
    let database: SQLiteDatabase
    let path: String

    private static let version = 1

    var accounts: AccountRows { AccountRows(database: database) }
    var sessions: SessionRows { SessionRows(database: database) }

    /// Opens or creates the file, and its folder; blocks.
    package init(path: String) throws(CallsStoreError) {
        self.path = path
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            do throws(SystemError) {
                try Directory.makePrivate(String(path[..<slash]))
            } catch {
                throw .folder(error)
            }
        }
        database = try Self.perform(path) { () throws(SQLiteError) in try SQLiteDatabase(path: path) }
        let database = database
        let version = try Self.perform(path) { () throws(SQLiteError) in
            try database.integer("PRAGMA user_version")
        }
        guard version <= Self.version else { throw .newer(path: path, version: version) }
        // Also takes the lock of the file, which this process then keeps.
        try transaction { () throws(SQLiteError) in
            let schemas = [
                AccountRows.schema, SessionRows.schema, SessionDataRows.schema, HistoryRows.schema,
                AuditRows.schema, TransferRows.schema, Self.numbersSchema,
            ]
            for schema in schemas { try database.execute(schema) }
            try database.execute("PRAGMA user_version=\(Self.version)")
        }
    }

    private static func perform<Result>(
        _ path: String,
        _ body: () throws(SQLiteError) -> Result
    ) throws(CallsStoreError) -> Result {
        do throws(SQLiteError) { return try body() } catch { throw CallsStoreError(error, path: path) }
    }

    /// Runs statements that are stored together, or not at all.
    func transaction<Result>(_ body: () throws(SQLiteError) -> Result) throws(CallsStoreError) -> Result {
        try Self.perform(path) { () throws(SQLiteError) in try database.transaction(body) }
    }
}
