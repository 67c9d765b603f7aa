import SQLite

/// Pages of the database that hold zeros, and can be given free when the disk has no other.
struct Reserve {
    private let database: SQLiteDatabase
    private let bytes: Int
    /// Whether it is whole.
    private(set) var isHeld: Bool
    /// What it takes of the file.
    private(set) var heldBytes: Int

    init(_ database: SQLiteDatabase, bytes: Int) throws(SQLiteError) {
        self.database = database
        self.bytes = bytes
        heldBytes = try database.integer("SELECT count(*) FROM reserve") * SpoolRoom.reserveRow
        isHeld = heldBytes >= bytes
    }

    /// Takes up what is missing, a row at a time.
    ///
    /// - Throws: when there is no room; what was taken so far is kept.
    mutating func hold() throws(SQLiteError) {
        while heldBytes < bytes {
            try database.transaction { () throws(SQLiteError) in
                _ = try database.run("INSERT INTO reserve(filler) VALUES (zeroblob(?))", SpoolRoom.reserveRow)
            }
            heldBytes += SpoolRoom.reserveRow
        }
        isHeld = true
    }

    /// Gives all of it free; false when there is nothing to give.
    mutating func release() throws(SQLiteError) -> Bool {
        guard heldBytes > 0 else { return false }
        try database.transaction { () throws(SQLiteError) in try database.execute("DELETE FROM reserve") }
        (isHeld, heldBytes) = (false, 0)
        return true
    }
}
