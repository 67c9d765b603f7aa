import SQLite

/// Values that users of the spool have learned and need after a restart, such as the size of a request that the API
/// accepts. The users define the form of a value; it should stay below a few KiB.
extension RecordSpool {
    /// The value stored under this name; `nil` when there is none.
    package func learned(_ name: String) throws(SpoolError) -> [UInt8]? {
        try during { (store) throws(SQLiteError) in
            try store.database.rows("SELECT content FROM learned WHERE name = ?", name) { $0.bytes(0) }.first
        }
    }

    /// Stores a value under a name, replacing the previous one.
    ///
    /// It is durable when this returns.
    ///
    /// - Parameter content: the value; `nil` deletes it.
    package func keep(_ content: [UInt8]?, asLearned name: String) throws(SpoolError) {
        try during { (store) throws(SQLiteError) in
            try store.database.transaction { () throws(SQLiteError) in
                guard let content else {
                    try store.database.run("DELETE FROM learned WHERE name = ?", name)
                    return
                }
                try store.database.run("INSERT OR REPLACE INTO learned(name, content) VALUES (?, ?)", name, content)
            }
        }
    }
}
