import SQLite

/// Pages of the database that hold zeros and can be freed when the disk has no room.
struct Reserve {
    private let database: SQLiteDatabase
    private let bytes: Int
    /// Whether it has its full size.
    private(set) var isHeld: Bool
    /// The bytes that it takes in the file.
    private(set) var heldBytes: Int

    init(_ database: SQLiteDatabase, bytes: Int) throws(SQLiteError) {
        self.database = database
        self.bytes = bytes
        heldBytes = try database.integer("SELECT count(*) FROM reserve") * SpoolRoom.reserveRow
        isHeld = heldBytes >= bytes
    }

    /// Allocates the missing part, one row at a time.
    ///
    /// - Throws: when there is no room; the rows allocated so far are kept.
    mutating func hold() throws(SQLiteError) {
        while heldBytes < bytes {
            try database.transaction { () throws(SQLiteError) in
                _ = try database.run("INSERT INTO reserve(filler) VALUES (zeroblob(?))", SpoolRoom.reserveRow)
            }
            heldBytes += SpoolRoom.reserveRow
        }
        isHeld = true
    }

    /// Frees all of it; false when there is nothing to free.
    mutating func release() throws(SQLiteError) -> Bool {
        guard heldBytes > 0 else { return false }
        try database.transaction { () throws(SQLiteError) in try database.execute("DELETE FROM reserve") }
        (isHeld, heldBytes) = (false, 0)
        return true
    }
}
