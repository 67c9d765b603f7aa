import Basics
import SQLite

/// The table `transfers`: each with its last record, as JSON.
struct TransferRows {
    let database: SQLiteDatabase

    static let schema = """
        CREATE TABLE IF NOT EXISTS transfers(
            id TEXT PRIMARY KEY, at INTEGER NOT NULL, call TEXT NOT NULL, extension TEXT NOT NULL, target TEXT NOT NULL,
            user TEXT NOT NULL, ended INTEGER, revision INTEGER NOT NULL, record BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS transfers_open ON transfers(id) WHERE ended IS NULL;
        CREATE INDEX IF NOT EXISTS transfers_call ON transfers(call, id);
        CREATE INDEX IF NOT EXISTS transfers_ended ON transfers(ended);
        """

    /// Stores a record unless a newer one is there.
    func put(_ record: TransferRecord) throws(SQLiteError) {
        try database.run(
            """
            INSERT INTO transfers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET
            ended = excluded.ended, revision = excluded.revision, record = excluded.record
            WHERE excluded.revision > transfers.revision
            """,
            record.id,
            record.startedAt,
            record.plan.callID,
            record.plan.from,
            record.plan.target,
            record.plan.by,
            record.endedAt,
            record.revision,
            record.stored
        )
    }

    func record(_ id: String) throws(SQLiteError) -> TransferRecord? {
        try database.rows("SELECT record FROM transfers WHERE id = ?", id) { row throws(SQLiteError) in
            TransferRecord(stored: row.bytes(0))
        }.first ?? nil
    }

    /// Those that have not ended, oldest first.
    func open() throws(SQLiteError) -> [TransferRecord] {
        try database.rows("SELECT record FROM transfers WHERE ended IS NULL ORDER BY id") { row throws(SQLiteError) in
            TransferRecord(stored: row.bytes(0))
        }.compactMap { $0 }
    }

    /// Newest first.
    func page(_ filter: TransferFilter, limit: Int) throws(SQLiteError) -> [TransferRecord] {
        try database.rows(
            """
            SELECT record FROM transfers WHERE (?1 IS NULL OR id < ?1) AND (?2 IS NULL OR call = ?2)
            AND (?3 IS NULL OR at >= ?3) AND (?4 IS NULL OR at < ?4)
            AND (?5 IS NULL OR user = ?5 OR ?6 <> '' AND (extension = ?6 OR target = ?6)) ORDER BY id DESC LIMIT ?7
            """,
            filter.before,
            filter.call,
            filter.from,
            filter.to,
            filter.user,
            filter.extension,
            limit
        ) { row throws(SQLiteError) in TransferRecord(stored: row.bytes(0)) }.compactMap { $0 }
    }

    func delete(endedBefore time: Timestamp, limit: Int) throws(SQLiteError) -> Int {
        try database.run(
            "DELETE FROM transfers WHERE id IN (SELECT id FROM transfers WHERE ended < ? LIMIT ?)",
            time,
            limit
        )
    }
}

/// Which transfers are asked for; `nil` for any.
struct TransferFilter: Sendable {
    /// The id of the last one that the reader has.
    var before: String?
    var call: String?
    var from: Timestamp?
    var to: Timestamp?
    /// Only those that this user has made, or that `extension` has made or got.
    var user: String?
    var `extension` = ""
}

extension CallsStore {
    private var transfers: TransferRows { TransferRows(database: database) }

    func put(_ record: TransferRecord) throws(CallsStoreError) {
        try transaction { () throws(SQLiteError) in try transfers.put(record) }
    }

    func transfer(_ id: String) throws(CallsStoreError) -> TransferRecord? {
        try transaction { () throws(SQLiteError) in try transfers.record(id) }
    }

    func openTransfers() throws(CallsStoreError) -> [TransferRecord] {
        try transaction { () throws(SQLiteError) in try transfers.open() }
    }

    func transferPage(_ filter: TransferFilter, limit: Int = 100) throws(CallsStoreError) -> [TransferRecord] {
        try transaction { () throws(SQLiteError) in try transfers.page(filter, limit: limit) }
    }

    /// Deletes transfers that ended long ago, at most `limit`; returns how many.
    func deleteTransfers(endedBefore time: Timestamp, limit: Int) throws(CallsStoreError) -> Int {
        try transaction { () throws(SQLiteError) in try transfers.delete(endedBefore: time, limit: limit) }
    }
}
