import Basics
import SQLite

/// The tables `sessions` and `refresh_tokens`.
struct SessionRows {
    let database: SQLiteDatabase

    static let schema = """
        CREATE TABLE IF NOT EXISTS sessions(
            id TEXT PRIMARY KEY, username TEXT NOT NULL, begin INTEGER NOT NULL, "end" INTEGER NOT NULL,
            ending TEXT) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS sessions_of_user ON sessions(username);
        CREATE INDEX IF NOT EXISTS sessions_by_end ON sessions("end");
        CREATE TABLE IF NOT EXISTS refresh_tokens(
            digest BLOB PRIMARY KEY, session TEXT NOT NULL, first_use INTEGER) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS refresh_tokens_of_session ON refresh_tokens(session);
        """

    func insert(_ session: LoginSession) throws(SQLiteError) {
        try database.run(
            "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)",
            session.id,
            session.username,
            session.begin,
            session.end,
            session.ending?.rawValue
        )
    }

    func insert(_ token: RefreshToken) throws(SQLiteError) {
        try database.run("INSERT INTO refresh_tokens VALUES (?, ?, ?)", token.digest, token.session, token.firstUse)
    }

    func session(_ id: String) throws(SQLiteError) -> LoginSession? {
        try database.rows("SELECT \(Self.columns) FROM sessions WHERE id = ?", id) { row throws(SQLiteError) in
            LoginSession(row)
        }.first
    }

    /// The sessions of all users that have not ended at `now`.
    func current(at now: Timestamp) throws(SQLiteError) -> [LoginSession] {
        try database.rows(
            "SELECT \(Self.columns) FROM sessions WHERE \"end\" > ? AND ending IS NULL ORDER BY begin, id",
            now
        ) { row throws(SQLiteError) in LoginSession(row) }
    }

    /// The ids of a user's sessions that have not ended at `now`.
    func current(of username: String, at now: Timestamp) throws(SQLiteError) -> [String] {
        try database.rows(
            "SELECT id FROM sessions WHERE username = ? AND \"end\" > ? AND ending IS NULL ORDER BY begin, id",
            username,
            now
        ) { row throws(SQLiteError) in row.text(0) }
    }

    private static let columns = "id, username, begin, \"end\", ending"

    func token(_ digest: [UInt8]) throws(SQLiteError) -> RefreshToken? {
        try database.rows("SELECT session, first_use FROM refresh_tokens WHERE digest = ?", digest) {
            row throws(SQLiteError) in
            RefreshToken(digest: digest, session: row.text(0), firstUse: row.isNull(1) ? nil : row.timestamp(1))
        }.first
    }

    /// Notes the first use of a token; a later one changes nothing.
    func use(_ token: RefreshToken, at now: Timestamp) throws(SQLiteError) {
        try database.run(
            "UPDATE refresh_tokens SET first_use = ? WHERE digest = ? AND first_use IS NULL",
            now,
            token.digest
        )
    }

    /// Ends a session, unless it has ended already, and forgets its tokens.
    ///
    /// - Returns: whether it had not ended.
    @discardableResult
    func end(_ id: String, _ ending: LoginSession.Ending) throws(SQLiteError) -> Bool {
        let changes = try database.run(
            "UPDATE sessions SET ending = ? WHERE id = ? AND ending IS NULL",
            ending.rawValue,
            id
        )
        try database.run("DELETE FROM refresh_tokens WHERE session = ?", id)
        return changes == 1
    }

    /// Deletes sessions that are over since `time`, at most `limit`, with all that belongs to them; returns how many.
    func delete(before time: Timestamp, limit: Int) throws(SQLiteError) -> Int {
        let over = "SELECT id FROM sessions WHERE \"end\" < ? ORDER BY \"end\" LIMIT ?"
        for table in ["refresh_tokens", "session_data", "session_events"] {
            try database.run("DELETE FROM \(table) WHERE session IN (\(over))", time, limit)
        }
        return try database.run("DELETE FROM sessions WHERE id IN (\(over))", time, limit)
    }
}

extension LoginSession {
    fileprivate init(_ row: SQLiteStatement) {
        self.init(
            id: row.text(0),
            username: row.text(1),
            begin: row.timestamp(2),
            end: row.timestamp(3),
            // An ending that this version does not know is one all the same.
            ending: row.isNull(4) ? nil : Ending(rawValue: row.text(4)) ?? .revoked
        )
    }
}
