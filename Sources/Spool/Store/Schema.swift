import SQLite

/// The tables of the spool, and the migrations of older files.
enum Schema {
    /// "ACNS": a file with another application_id belongs to another program.
    static let applicationID = 0x4143_4e53
    static let version = 6

    /// Creates the tables in a new file, migrates an older one, and refuses a file that this version must not read;
    /// returns whether the file was new.
    static func prepare(_ database: SQLiteDatabase, path: String) throws(SpoolError) -> Bool {
        let (owner, found, isEmpty): (Int, Int, Bool)
        do throws(SQLiteError) {
            owner = try database.integer("PRAGMA application_id")
            found = try database.integer("PRAGMA user_version")
            isEmpty = try database.integer("SELECT count(*) FROM sqlite_schema") == 0
        } catch {
            throw SpoolError(error, path: path)
        }
        let isNew = isEmpty && owner == 0
        guard isNew || owner == applicationID else { throw .foreign(path: path) }
        guard found <= version else { throw .newer(path: path, version: found) }
        do throws(SQLiteError) {
            if isNew { try create(database) } else { try migrate(database, from: found) }
            return isNew
        } catch {
            throw SpoolError(error, path: path)
        }
    }

    /// Creates the tables in a new file.
    static func create(_ database: SQLiteDatabase) throws(SQLiteError) {
        try database.transaction { () throws(SQLiteError) in
            try database.execute(recordTable)
            try database.execute(batchTable)
            for table in newIn2 + newIn3 + newIn4 + newIn5 + newIn6 { try database.execute(table) }
            try database.execute("PRAGMA application_id=\(applicationID)")
            try database.execute("PRAGMA user_version=\(version)")
        }
    }

    /// Migrates one version after the other, so that an interrupted migration continues where it stopped.
    private static func migrate(_ database: SQLiteDatabase, from version: Int) throws(SQLiteError) {
        if version < 2 { try migrateFrom1(database) }
        if version < 3 { try migrateFrom2(database) }
        if version < 4 { try migrateFrom3(database) }
        if version < 5 { try migrateFrom4(database) }
        if version < 6 { try migrateFrom5(database) }
    }

    /// Version 5 did not count keys and had no reserve.
    private static func migrateFrom5(_ database: SQLiteDatabase) throws(SQLiteError) {
        try database.transaction { () throws(SQLiteError) in
            for statement in newIn6 { try database.execute(statement) }
            try database.execute("UPDATE state SET keys = (SELECT count(*) FROM ledger)")
            try database.execute("PRAGMA user_version=6")
        }
    }

    /// Version 4 stored neither the ids of recordings at the API nor the last change of their files' permissions.
    private static func migrateFrom4(_ database: SQLiteDatabase) throws(SQLiteError) {
        try database.transaction { () throws(SQLiteError) in
            for statement in newIn5 { try database.execute(statement) }
            try database.execute("PRAGMA user_version=5")
        }
    }

    /// Version 3 did not store what its users had learned.
    private static func migrateFrom3(_ database: SQLiteDatabase) throws(SQLiteError) {
        try database.transaction { () throws(SQLiteError) in
            for table in newIn4 { try database.execute(table) }
            try database.execute("PRAGMA user_version=4")
        }
    }

    /// Version 2 stored nothing about calls.
    private static func migrateFrom2(_ database: SQLiteDatabase) throws(SQLiteError) {
        try database.transaction { () throws(SQLiteError) in
            for table in newIn3 { try database.execute(table) }
            try database.execute("PRAGMA user_version=3")
        }
    }

    /// Version 1 had no dead letters, gaps, ledger or checksums; its tally had two figures.
    private static func migrateFrom1(_ database: SQLiteDatabase) throws(SQLiteError) {
        try database.transaction { () throws(SQLiteError) in
            try database.execute("ALTER TABLE record ADD COLUMN sum INTEGER")
            try database.execute("ALTER TABLE tally RENAME TO tally1")
            for table in newIn2 { try database.execute(table) }
            try database.execute(
                """
                UPDATE tally SET (received, delivered, waiting) =
                    (SELECT received, delivered, received - delivered FROM tally1 WHERE tally1.kind = tally.kind)
                """
            )
            try database.execute(
                """
                UPDATE state SET next_seq = (SELECT value FROM meta WHERE name = 'next_seq'),
                    latest_start = strftime('%s', 'now'),
                    alive_us = (SELECT ifnull(max(received_us), strftime('%s', 'now') * 1000000) FROM record)
                """
            )
            try database.execute("DROP TABLE tally1")
            try database.execute("DROP TABLE meta")
            try database.execute("PRAGMA user_version=2")
        }
    }

    /// The records that were accepted and not yet delivered.
    ///
    /// `seq` is the order of arrival and never used twice; `call` is the same for all records of one call and grows
    /// with the call's start; `sum` is a checksum of the row, NULL in rows of version 1. There is no other index:
    /// records are added and removed in order, and each page of an index by key would be written again for every group.
    private static let recordTable = """
        CREATE TABLE record(
            seq INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            kind INTEGER NOT NULL,
            call INTEGER NOT NULL,
            received_us INTEGER NOT NULL,
            body BLOB NOT NULL,
            sum INTEGER)
        """

    /// The content of a request, frozen before it is first sent so that every repeat has the same bytes and key: the
    /// numbers of its records, as text of the form `1-5,8`.
    private static let batchTable = """
        CREATE TABLE batch(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            idempotency_key TEXT NOT NULL UNIQUE,
            members TEXT NOT NULL)
        """

    private static let newIn2 = [
        // Records that the API refused permanently.
        """
        CREATE TABLE dead(
            seq INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            kind INTEGER NOT NULL,
            call INTEGER NOT NULL,
            received_us INTEGER NOT NULL,
            body BLOB NOT NULL,
            sum INTEGER,
            status INTEGER NOT NULL,
            reason TEXT NOT NULL,
            died_us INTEGER NOT NULL)
        """,
        // Periods in which records could have been missed.
        """
        CREATE TABLE gap(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            cause TEXT NOT NULL,
            from_us INTEGER NOT NULL,
            to_us INTEGER NOT NULL,
            events INTEGER NOT NULL,
            before BLOB,
            after BLOB)
        """,
        // The keys of accepted records, so that a record that is read twice is sent once: half of each key, together
        // with the number of its channel, which grows with the channel's start. So new keys go to the last pages.
        "CREATE TABLE ledger(channel INTEGER, id INTEGER, PRIMARY KEY(channel, id)) WITHOUT ROWID",
        // State of calls that are still active, by the number of the channel; this module does not interpret it.
        "CREATE TABLE memo(channel INTEGER PRIMARY KEY, content BLOB NOT NULL)",
        // The counts of records, which must balance; see RecordCounts.
        """
        CREATE TABLE tally(
            kind INTEGER PRIMARY KEY,
            received INTEGER NOT NULL DEFAULT 0,
            delivered INTEGER NOT NULL DEFAULT 0,
            waiting INTEGER NOT NULL DEFAULT 0,
            dead INTEGER NOT NULL DEFAULT 0,
            dropped INTEGER NOT NULL DEFAULT 0,
            filtered INTEGER NOT NULL DEFAULT 0,
            refused INTEGER NOT NULL DEFAULT 0,
            lost INTEGER NOT NULL DEFAULT 0)
        """,
        "INSERT INTO tally(kind) VALUES (1), (2)",
        // One row. `alive_us`: the time up to which nothing was missed; `latest_start`: the latest start of a call so
        // far; `clean`: whether the last run ended in order.
        """
        CREATE TABLE state(
            next_seq INTEGER NOT NULL,
            last_id BLOB,
            alive_us INTEGER,
            latest_start INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            clean INTEGER NOT NULL)
        """,
        "INSERT INTO state VALUES (1, NULL, NULL, 0, 1, 1)",
        // Files of recordings, one row for each existing file, with its stamp at the last check; see StoredRecording. A
        // scan of 100,000 files queries each of them, so there is an index by what identifies a file.
        """
        CREATE TABLE recording(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            device INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            size INTEGER NOT NULL,
            modified_ns INTEGER NOT NULL,
            path BLOB NOT NULL,
            root INTEGER NOT NULL,
            state INTEGER NOT NULL,
            since_us INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            reason TEXT NOT NULL DEFAULT '',
            sha256 BLOB)
        """,
        "CREATE UNIQUE INDEX recording_file ON recording(inode, device)",
        "CREATE INDEX recording_state ON recording(state, id)",
        "CREATE INDEX recording_age ON recording(modified_ns)",
        // The counts of recordings, which must balance; see RecordingCounts.
        """
        CREATE TABLE recording_tally(
            found INTEGER NOT NULL,
            uploaded INTEGER NOT NULL,
            known INTEGER NOT NULL,
            vanished INTEGER NOT NULL,
            waiting INTEGER NOT NULL,
            parked INTEGER NOT NULL,
            lost INTEGER NOT NULL)
        """,
        "INSERT INTO recording_tally VALUES (0, 0, 0, 0, 0, 0, 0)",
    ]
}
