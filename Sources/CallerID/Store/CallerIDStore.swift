import Basics
import Glibc
import SQLite

/// The SQLite file of the caller IDs: the numbers, how much each was used, and the history; one thread uses it.
///
/// The tables `caller_ids`, `reservations` and `api_logs` have the columns of the original rotation service, and some
/// more. `number_uses` has what a decision needs after a restart, `journal` the place in the journal up to which its events
/// are in it.
final class CallerIDStore {
    let database: SQLiteDatabase
    private let directory: String

    private static let version = 1

    private static let schema = """
        CREATE TABLE IF NOT EXISTS journal(
            id INTEGER PRIMARY KEY CHECK (id = 1), generation INTEGER NOT NULL, position INTEGER NOT NULL);
        """

    var numberRows: NumberRows { NumberRows(database: database) }
    private var useRows: UseRows { UseRows(database: database) }
    var historyRows: HistoryRows { HistoryRows(database: database) }

    /// Opens or creates `callerid.db` in a folder, which is created too; blocks.
    init(directory: String) throws(CallerIDStoreError) {
        self.directory = directory
        do throws(SystemError) { try Directory.makePrivate(directory) } catch { throw .directory(error) }
        let path = "\(directory)/callerid.db"
        database = try Self.perform(directory) { () throws(SQLiteError) in try SQLiteDatabase(path: path) }
        let database = database
        let version = try Self.perform(directory) { () throws(SQLiteError) in
            try database.integer("PRAGMA user_version")
        }
        guard version <= Self.version else { throw .newer(path: path, version: version) }
        // Also takes the lock of the file, which this process then keeps.
        try Self.perform(directory) { () throws(SQLiteError) in
            try database.transaction { () throws(SQLiteError) in
                for schema in [NumberRows.schema, UseRows.schema, HistoryRows.schema, Self.schema] {
                    try database.execute(schema)
                }
                try NumberRows(database: database).addColumns()
                try database.execute("PRAGMA user_version=\(Self.version)")
                try database.execute("INSERT OR IGNORE INTO journal VALUES (1, 0, 0)")
            }
        }
    }

    /// Frees the pages that SQLite keeps in memory; it reads them again when they are needed.
    func releaseMemory() { try? database.execute("PRAGMA shrink_memory") }

    private static func perform<Result>(
        _ directory: String,
        _ body: () throws(SQLiteError) -> Result
    ) throws(CallerIDStoreError) -> Result {
        do throws(SQLiteError) { return try body() } catch { throw CallerIDStoreError(error, directory: directory) }
    }

    func perform<Result>(_ body: () throws(SQLiteError) -> Result) throws(CallerIDStoreError) -> Result {
        try Self.perform(directory, body)
    }

    /// All numbers, in order of their ids.
    func numbers() throws(CallerIDStoreError) -> [NumberRecord] {
        try perform { () throws(SQLiteError) in try numberRows.all() }
    }

    /// Adds a number and returns it with its id and times.
    ///
    /// - Throws: `CallerIDStoreError.exists`.
    func insert(_ record: NumberRecord, at now: Timestamp) throws(CallerIDStoreError) -> NumberRecord {
        let inserted = try perform { () throws(SQLiteError) in try NumberWriter(database).insert(record, at: now) }
        guard let inserted else { throw .exists(record.number) }
        return inserted
    }

    /// Changes the fields of a number and returns it with its new time.
    ///
    /// - Throws: `CallerIDStoreError.unknown`.
    func update(_ record: NumberRecord, at now: Timestamp) throws(CallerIDStoreError) -> NumberRecord {
        let updated = try perform { () throws(SQLiteError) in try NumberWriter(database).update(record, at: now) }
        guard let updated else { throw .unknown(record.number) }
        return updated
    }

    /// `nil` when there is no such number.
    func number(_ number: Digits) throws(CallerIDStoreError) -> NumberRecord? {
        try perform { () throws(SQLiteError) in try numberRows.number(number) }
    }

    /// - Throws: `CallerIDStoreError.unknown`.
    func delete(_ number: Digits) throws(CallerIDStoreError) {
        let isKnown = try perform { () throws(SQLiteError) in try numberRows.delete(number) }
        if !isKnown { throw .unknown(number) }
    }

    /// Calls `body` with each number, in order of their ids.
    func forEachNumber(_ body: (NumberRecord) -> Void) throws(CallerIDStoreError) {
        try perform { () throws(SQLiteError) in try numberRows.forEach(body) }
    }

    func forEachUse(_ body: (StoredUse) -> Void) throws(CallerIDStoreError) {
        try perform { () throws(SQLiteError) in try useRows.forEach(body) }
    }

    /// The place in the journal up to which its events are in the store.
    func position() throws(CallerIDStoreError) -> GrantJournal.Position {
        let rows = try perform { () throws(SQLiteError) in
            try database.rows("SELECT generation, position FROM journal") { row throws(SQLiteError) in
                GrantJournal.Position(generation: row.integer(0), offset: row.integer(1))
            }
        }
        return rows.first ?? GrantJournal.Position()
    }

    /// Commits what changed since the last call, and that the journal's events before `position` are in it.
    func commit(
        _ uses: [StoredUse],
        _ rows: [AuditRow],
        upTo position: GrantJournal.Position
    ) throws(CallerIDStoreError) {
        try perform { () throws(SQLiteError) in
            try database.transaction { () throws(SQLiteError) in
                try useRows.write(uses)
                try historyRows.write(rows)
                try database.run(
                    "UPDATE journal SET generation = ?, position = ?",
                    position.generation,
                    position.offset
                )
            }
        }
    }

    /// Imports numbers, all as one change.
    ///
    /// - Throws: `ImportError`, or `CallerIDStoreError`; then nothing is changed.
    func importNumbers(
        _ records: [NumberRecord],
        _ options: ImportOptions,
        dropLimit: Int,
        at now: Timestamp
    ) throws -> ImportResult {
        var result = ImportResult()
        var refusal: ImportError?
        let importer = NumberImporter(rows: numberRows, options: options, dropLimit: dropLimit)
        do throws(SQLiteError) {
            try database.transaction { () throws(SQLiteError) in
                result = try importer.run(records, at: now, refusal: &refusal)
                if options.isDryRun || refusal != nil { throw Self.nothingToCommit }
            }
        } catch {
            if let refusal { throw refusal }
            guard error == Self.nothingToCommit else { throw CallerIDStoreError(error, directory: directory) }
        }
        return result
    }

    /// Rolls a transaction back that has no error.
    private static let nothingToCommit = SQLiteError(code: 0, message: "nothing to commit", operation: "import")

    /// Stores numbers as another instance has them, all as one change; returns them with the ids that they have here.
    func takeOver(_ records: [NumberRecord], removed: [Digits]) throws(CallerIDStoreError) -> [NumberRecord] {
        try perform { () throws(SQLiteError) in
            try database.transaction { () throws(SQLiteError) in
                for number in removed { _ = try numberRows.delete(number) }
                var stored: [NumberRecord] = []
                for record in records { if let row = try numberRows.put(record) { stored.append(row) } }
                return stored
            }
        }
    }

    /// Deletes history from before `time`, at most `limit` rows of each table; returns whether there may be more.
    func deleteHistory(before time: Timestamp, limit: Int) throws(CallerIDStoreError) -> Bool {
        try perform { () throws(SQLiteError) in try historyRows.delete(before: time, limit: limit) }
    }
}
