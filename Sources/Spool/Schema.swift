/// The tables of the spool and how older files become newer ones.
enum Schema {
    /// "ACNS": a file with another application_id belongs to somebody else.
    static let applicationID = 0x4143_4e53
    static let version = 1

    /// Makes the tables in a new file, and refuses a file that is not ours to read.
    static func prepare(_ database: Database, path: String) throws(SpoolError) {
        let (owner, found): (Int, Int)
        do throws(SQLiteError) {
            owner = try database.integer("PRAGMA application_id")
            found = try database.integer("PRAGMA user_version")
            let isEmpty = try database.integer("SELECT count(*) FROM sqlite_schema") == 0
            if isEmpty && owner == 0 { return try create(database) }
        } catch {
            throw error.isBusy ? .locked(path: path) : .database(error)
        }
        guard owner == applicationID else { throw .foreign(path: path) }
        guard found <= version else { throw .newer(path: path, version: found) }
    }

    private static func create(_ database: Database) throws(SQLiteError) {
        try database.transaction { () throws(SQLiteError) in
            for statement in tables { try database.execute(statement) }
            try database.execute("PRAGMA application_id=\(applicationID)")
            try database.execute("PRAGMA user_version=\(version)")
        }
    }

    private static let tables = [
        // What was accepted and not yet delivered. `seq` is the order of arrival and never used twice; `call` is the
        // same for all records of one call. There is no other index: records come and go in order, and each page of an
        // index by key would be written again for every group.
        """
        CREATE TABLE record(
            seq INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            kind INTEGER NOT NULL,
            call INTEGER NOT NULL,
            received_us INTEGER NOT NULL,
            body BLOB NOT NULL)
        """,
        // A request's content, frozen before it is first sent so that every repeat has the same bytes and key: the
        // numbers of its records, as text of the form `1-5,8`.
        """
        CREATE TABLE batch(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            idempotency_key TEXT NOT NULL UNIQUE,
            members TEXT NOT NULL)
        """,
        // The conservation of records: received = delivered + waiting.
        """
        CREATE TABLE tally(
            kind INTEGER PRIMARY KEY,
            received INTEGER NOT NULL DEFAULT 0,
            delivered INTEGER NOT NULL DEFAULT 0)
        """,
        "INSERT INTO tally(kind) VALUES (1), (2)",
        "CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
        "INSERT INTO meta VALUES ('next_seq', 1)",
    ]
}
