import SQLite

/// What users of the spool have learned and want to know after a restart, such as the size of a request that the API
/// takes. The form of a content is theirs; it should stay below a few KiB.
extension RecordSpool {
    /// What was last kept under this name; `nil` when nothing was.
    package func learned(_ name: String) throws(SpoolError) -> [UInt8]? {
        try during { (store) throws(SQLiteError) in
            try store.database.rows("SELECT content FROM learned WHERE name = ?", name) { $0.bytes(0) }.first
        }
    }

    /// Keeps a content under a name, in the place of what was there.
    ///
    /// Durable when it returns.
    ///
    /// - Parameter content: `nil` forgets the name.
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
