import Basics
import SQLite

/// The tables `audit` and `answers`: who did what, and the answers to requests with an Idempotency-Key.
struct AuditRows {
    let database: SQLiteDatabase

    static let schema = """
        CREATE TABLE IF NOT EXISTS audit(
            id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL,
            address TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL, parameters TEXT NOT NULL, result TEXT,
            code TEXT, ms INTEGER, request TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS audit_open ON audit(id) WHERE result IS NULL;
        CREATE INDEX IF NOT EXISTS audit_at ON audit(at);
        CREATE TABLE IF NOT EXISTS answers(
            user TEXT NOT NULL, key TEXT NOT NULL, digest BLOB NOT NULL, audit INTEGER NOT NULL, at INTEGER NOT NULL,
            status INTEGER, code TEXT, body BLOB, PRIMARY KEY(user, key)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS answers_at ON answers(at);
        CREATE INDEX IF NOT EXISTS answers_audit ON answers(audit);
        """

    func insert(_ entry: AuditEntry) throws(SQLiteError) -> Int {
        try database.run(
            "INSERT INTO audit VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            entry.at,
            entry.user,
            entry.role,
            entry.address,
            entry.action,
            entry.target,
            entry.parameters,
            entry.result?.rawValue,
            entry.code.isEmpty ? nil : entry.code,
            entry.milliseconds,
            entry.requestID
        )
        return try database.integer("SELECT last_insert_rowid()")
    }

    func finish(_ id: Int, _ result: AuditEntry.Result, code: String, milliseconds: Int) throws(SQLiteError) {
        try database.run(
            "UPDATE audit SET result = ?, code = ?, ms = ? WHERE id = ?",
            result.rawValue,
            code.isEmpty ? nil : code,
            milliseconds,
            id
        )
    }

    /// Entries that no run will finish, and requests that no run will answer.
    func closeOpen() throws(SQLiteError) {
        try database.run("UPDATE audit SET result = ? WHERE result IS NULL", AuditEntry.Result.unknown.rawValue)
        try database.run("UPDATE answers SET status = 504 WHERE status IS NULL")
    }

    /// Newest first.
    ///
    /// - Parameter before: the id of the last entry that the reader has; `Int.max` for none.
    func page(
        user: String?,
        action: String?,
        from: Timestamp?,
        before: Int,
        limit: Int
    ) throws(SQLiteError) -> [AuditEntry] {
        try database.rows(
            """
            SELECT id, at, user, role, address, action, target, parameters, result, code, ms, request FROM audit
            WHERE id < ? AND (?2 IS NULL OR user = ?2) AND (?3 IS NULL OR action = ?3) AND (?4 IS NULL OR at >= ?4)
            ORDER BY id DESC LIMIT ?5
            """,
            before,
            user,
            action,
            from,
            limit
        ) { row throws(SQLiteError) in AuditEntry(row) }
    }

    /// At most `limit` rows of each table; returns how many entries were deleted.
    func delete(before time: Timestamp, answersBefore: Timestamp, limit: Int) throws(SQLiteError) -> Int {
        try database.run("DELETE FROM answers WHERE at < ? AND status IS NOT NULL", answersBefore)
        return try database.run(
            "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? AND result IS NOT NULL LIMIT ?)",
            time,
            limit
        )
    }

    // MARK: Answers

    /// What is known of a key; `nil` when nothing is.
    func start(_ user: String, _ key: String, _ digest: [UInt8], after: Timestamp) throws(SQLiteError) -> AuditStart? {
        try database.rows(
            "SELECT digest, status, code, body FROM answers WHERE user = ? AND key = ? AND at >= ?",
            user,
            key,
            after
        ) { row throws(SQLiteError) -> AuditStart in
            guard row.bytes(0) == digest else { return .mismatch }
            if row.isNull(1) { return .atWork }
            if row.isNull(3) { return .unanswered }
            return .again(KeptAnswer(status: row.integer(1), code: row.text(2), body: row.bytes(3)))
        }.first
    }

    func insert(_ key: String, of user: String, _ digest: [UInt8], entry: Int, at: Timestamp) throws(SQLiteError) {
        try database.run(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, NULL, NULL, NULL)",
            user,
            key,
            digest,
            entry,
            at
        )
    }

    func keep(_ answer: KeptAnswer, of entry: Int) throws(SQLiteError) {
        guard answer.isKept else {
            try database.run("DELETE FROM answers WHERE audit = ?", entry)
            return
        }
        try database.run(
            "UPDATE answers SET status = ?, code = ?, body = ? WHERE audit = ?",
            answer.status,
            answer.code,
            answer.body,
            entry
        )
    }
}

extension AuditEntry {
    fileprivate init(_ row: SQLiteStatement) {
        self.init(
            id: row.integer(0),
            at: row.timestamp(1),
            user: row.text(2),
            role: row.text(3),
            address: row.text(4),
            action: row.text(5),
            target: row.text(6),
            parameters: row.text(7),
            result: Result(rawValue: row.text(8)),
            code: row.text(9),
            milliseconds: row.isNull(10) ? nil : row.integer(10),
            requestID: row.text(11)
        )
    }
}
