package import SQLite

/// The table `memo`: the latest snapshot of each channel.
package final class SnapshotTable {
    private let database: SQLiteDatabase
    private let put: SQLiteStatement
    private let delete: SQLiteStatement

    init(_ database: SQLiteDatabase) throws(SQLiteError) {
        self.database = database
        put = try database.prepare("INSERT OR REPLACE INTO memo(channel, content) VALUES (?, ?)")
        delete = try database.prepare("DELETE FROM memo WHERE channel = ?")
    }

    /// The content of all snapshots, the oldest channels first.
    package func all() throws(SQLiteError) -> [[UInt8]] {
        try database.rows("SELECT content FROM memo ORDER BY channel") { $0.bytes(0) }
    }

    /// Stores or deletes a snapshot in the current transaction.
    func keep(_ snapshot: ChannelSnapshot) throws(SQLiteError) {
        let statement = snapshot.content == nil ? delete : put
        try statement.bind(1, snapshot.channel)
        if let content = snapshot.content { try statement.bind(2, content[...]) }
        try statement.run()
    }
}
