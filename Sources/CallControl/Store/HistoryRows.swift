import Basics
import LiveCalls
import SQLite

/// The tables `calls`, `call_extensions` and `queue_visits`.
struct HistoryRows {
    let database: SQLiteDatabase

    static let schema = """
        CREATE TABLE IF NOT EXISTS calls(
            seq INTEGER PRIMARY KEY, id TEXT NOT NULL, created INTEGER NOT NULL, ended INTEGER NOT NULL,
            direction TEXT NOT NULL, number TEXT NOT NULL, is_answered INTEGER NOT NULL, is_abandoned INTEGER NOT NULL,
            is_merged INTEGER NOT NULL, talk INTEGER NOT NULL, wait INTEGER NOT NULL, call BLOB NOT NULL,
            UNIQUE(id, created));
        CREATE INDEX IF NOT EXISTS calls_by_begin ON calls(created);
        CREATE INDEX IF NOT EXISTS calls_by_number ON calls(number, seq);
        CREATE TABLE IF NOT EXISTS call_extensions(
            extension TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(extension, seq)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS call_extensions_by_call ON call_extensions(seq);
        CREATE TABLE IF NOT EXISTS queue_visits(
            joined INTEGER NOT NULL, call TEXT NOT NULL, queue TEXT NOT NULL, outcome TEXT NOT NULL,
            wait INTEGER NOT NULL, talk INTEGER NOT NULL, is_in_level INTEGER NOT NULL,
            PRIMARY KEY(joined, call, queue)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS queue_visits_of_call ON queue_visits(call);
        """

    func insert(_ call: FinishedCall) throws(SQLiteError) {
        try database.run(
            "INSERT OR IGNORE INTO calls VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            call.id,
            call.createdAt,
            call.endedAt,
            call.direction.rawValue,
            call.number,
            call.isAnswered ? 1 : 0,
            call.isAbandoned ? 1 : 0,
            call.isMerged ? 1 : 0,
            call.talkSeconds,
            call.waitSeconds,
            call.json
        )
        guard database.changes == 1 else { return }
        let number = database.lastInsertedRow
        for name in call.extensions {
            try database.run("INSERT OR IGNORE INTO call_extensions VALUES (?, ?)", name, number)
        }
    }

    func insert(_ visit: FinishedVisit) throws(SQLiteError) {
        try database.run(
            "INSERT OR REPLACE INTO queue_visits VALUES (?, ?, ?, ?, ?, ?, ?)",
            visit.joinedAt,
            visit.call,
            visit.queue,
            visit.outcome.rawValue,
            visit.waitSeconds,
            visit.talkSeconds,
            visit.isInLevel ? 1 : 0
        )
    }

    /// Deletes calls that began before `time`, at most `limit`, and visits likewise; returns how many calls.
    func delete(before time: Timestamp, limit: Int) throws(SQLiteError) -> Int {
        let old = "SELECT seq FROM calls WHERE created < ? ORDER BY created LIMIT ?"
        try database.run("DELETE FROM call_extensions WHERE seq IN (\(old))", time, limit)
        try database.run(
            """
            DELETE FROM queue_visits WHERE (joined, call, queue) IN
                (SELECT joined, call, queue FROM queue_visits WHERE joined < ? ORDER BY joined LIMIT ?)
            """,
            time,
            limit
        )
        return try database.run("DELETE FROM calls WHERE seq IN (\(old))", time, limit)
    }
}
