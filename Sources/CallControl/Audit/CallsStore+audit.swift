import Basics
import SQLite

extension CallsStore {
    private var audit: AuditRows { AuditRows(database: database) }

    /// How long the answer to a request with an Idempotency-Key is known.
    static let answerLife = Duration.seconds(600)

    /// Stores that a request is about to be done, unless its key is known.
    ///
    /// - Parameter key: the key and the digest of the request; `nil` without a key.
    func begin(
        _ entry: AuditEntry,
        key: (text: String, digest: [UInt8])?
    ) throws(CallsStoreError) -> AuditStart {
        try transaction { () throws(SQLiteError) -> AuditStart in
            guard let key else { return .begun(try audit.insert(entry)) }
            let after = entry.at.adding(.zero - Self.answerLife)
            if let known = try audit.start(entry.user, key.text, key.digest, after: after) { return known }
            let id = try audit.insert(entry)
            try audit.insert(key.text, of: entry.user, key.digest, entry: id, at: entry.at)
            return .begun(id)
        }
    }

    /// Stores what came of a request, and the answer for those who ask again.
    func finish(
        _ id: Int,
        _ answer: KeptAnswer,
        milliseconds: Int
    ) throws(CallsStoreError) {
        try transaction { () throws(SQLiteError) in
            let result = AuditEntry.Result(status: answer.status)
            try audit.finish(id, result, code: answer.code, milliseconds: milliseconds)
            try audit.keep(answer, of: id)
        }
    }

    /// Stores an entry that is complete, such as that of a login.
    func note(_ entry: AuditEntry) throws(CallsStoreError) {
        try transaction { () throws(SQLiteError) in _ = try audit.insert(entry) }
    }

    /// Closes what an earlier run has left open: whether it was done is unknown.
    func closeAudit() throws(CallsStoreError) {
        try transaction { () throws(SQLiteError) in try audit.closeOpen() }
    }

    /// Entries, newest first.
    func auditPage(
        user: String? = nil,
        action: String? = nil,
        from: Timestamp? = nil,
        before: Int = .max,
        limit: Int = 100
    ) throws(CallsStoreError) -> [AuditEntry] {
        try transaction { () throws(SQLiteError) in
            try audit.page(user: user, action: action, from: from, before: before, limit: limit)
        }
    }

    /// Deletes old entries, at most `limit`, and answers that nobody asks for again; returns how many entries.
    func deleteAudit(before time: Timestamp, at now: Timestamp, limit: Int) throws(CallsStoreError) -> Int {
        try transaction { () throws(SQLiteError) in
            try audit.delete(before: time, answersBefore: now.adding(.zero - Self.answerLife), limit: limit)
        }
    }
}
