import Basics
import SQLite

/// The tables `session_data` and `session_events`: what clients keep in a session, and the marks of their connections.
struct SessionDataRows {
    let database: SQLiteDatabase

    static let schema = """
        CREATE TABLE IF NOT EXISTS session_data(
            session TEXT PRIMARY KEY, data TEXT, version INTEGER NOT NULL DEFAULT 1, last_seen INTEGER,
            acknowledged INTEGER) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS session_events(
            session TEXT, id INTEGER, at INTEGER NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL,
            PRIMARY KEY(session, id)) WITHOUT ROWID;
        """

    /// The most events that are kept of a session.
    static let mostEvents = 1000

    /// An event that a client has stored in its session.
    struct Event: Sendable, Equatable {
        let id: Int
        let time: Timestamp
        let type: String
        /// JSON.
        let data: String
    }

    /// JSON; `nil` when nothing was stored.
    func data(_ session: String) throws(SQLiteError) -> String? {
        try database.rows("SELECT data FROM session_data WHERE session = ? AND data IS NOT NULL", session) {
            row throws(SQLiteError) in row.text(0)
        }.first
    }

    func version(_ session: String) throws(SQLiteError) -> Int {
        try database.rows("SELECT version FROM session_data WHERE session = ?", session) { row throws(SQLiteError) in
            row.integer(0)
        }.first ?? 1
    }

    func put(_ data: String, version: Int, in session: String) throws(SQLiteError) {
        try database.run(
            """
            INSERT INTO session_data(session, data, version) VALUES (?, ?, ?)
            ON CONFLICT(session) DO UPDATE SET data = excluded.data, version = excluded.version
            """,
            session,
            data,
            version
        )
    }

    func put(_ mark: SessionMark, in session: String) throws(SQLiteError) {
        try database.run(
            """
            INSERT INTO session_data(session, last_seen, acknowledged) VALUES (?, ?, ?)
            ON CONFLICT(session) DO UPDATE SET last_seen = excluded.last_seen, acknowledged = excluded.acknowledged
            """,
            session,
            mark.lastSeen,
            mark.acknowledged
        )
    }

    /// Marks and versions of all sessions that have any.
    func marks() throws(SQLiteError) -> [String: (mark: SessionMark?, version: Int)] {
        let rows = try database.rows("SELECT session, version, last_seen, acknowledged FROM session_data") {
            row throws(SQLiteError) in
            let acknowledged = row.isNull(3) ? nil : row.integer(3)
            let mark = row.isNull(2) ? nil : SessionMark(lastSeen: row.timestamp(2), acknowledged: acknowledged)
            return (row.text(0), (mark: mark, version: row.integer(1)))
        }
        return Dictionary(rows) { first, _ in first }
    }

    /// Adds an event behind those of the session, and deletes the oldest above `mostEvents`; its number.
    func append(_ type: String, _ data: String, to session: String, at now: Timestamp) throws(SQLiteError) -> Int {
        let last =
            try database.rows("SELECT max(id) FROM session_events WHERE session = ?", session) {
                row throws(SQLiteError) in row.integer(0)
            }.first ?? 0
        let id = last + 1
        try database.run("INSERT INTO session_events VALUES (?, ?, ?, ?, ?)", session, id, now, type, data)
        try database.run("DELETE FROM session_events WHERE session = ? AND id <= ?", session, id - Self.mostEvents)
        return id
    }

    func events(of session: String, after id: Int, limit: Int) throws(SQLiteError) -> [Event] {
        try database.rows(
            "SELECT id, at, type, data FROM session_events WHERE session = ? AND id > ? ORDER BY id LIMIT ?",
            session,
            id,
            limit
        ) { row throws(SQLiteError) in
            Event(id: row.integer(0), time: row.timestamp(1), type: row.text(2), data: row.text(3))
        }
    }
}

extension CallsStore {
    private var sessionData: SessionDataRows { SessionDataRows(database: database) }

    func data(of session: String) throws(CallsStoreError) -> String? {
        try transaction { () throws(SQLiteError) in try sessionData.data(session) }
    }

    /// Replaces the data of a session.
    ///
    /// - Parameter version: the version that it must have; `nil` for any.
    /// - Returns: the new version; `nil` when it has another one.
    func replaceData(of session: String, _ data: String, version: Int?) throws(CallsStoreError) -> Int? {
        try transaction { () throws(SQLiteError) -> Int? in
            let current = try sessionData.version(session)
            guard version ?? current == current else { return nil }
            try sessionData.put(data, version: current + 1, in: session)
            return current + 1
        }
    }

    func sessionMarks() throws(CallsStoreError) -> [String: (mark: SessionMark?, version: Int)] {
        try transaction { () throws(SQLiteError) in try sessionData.marks() }
    }

    func store(_ marks: [(session: String, mark: SessionMark)]) throws(CallsStoreError) {
        try transaction { () throws(SQLiteError) in
            for (session, mark) in marks { try sessionData.put(mark, in: session) }
        }
    }

    func appendEvent(_ type: String, _ data: String, to session: String, at now: Timestamp) throws(CallsStoreError)
        -> Int
    {
        try transaction { () throws(SQLiteError) in try sessionData.append(type, data, to: session, at: now) }
    }

    func events(of session: String, after id: Int, limit: Int) throws(CallsStoreError) -> [SessionDataRows.Event] {
        try transaction { () throws(SQLiteError) in try sessionData.events(of: session, after: id, limit: limit) }
    }
}
