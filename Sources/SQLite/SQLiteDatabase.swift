import Basics
private import CSQLite
import Glibc

/// One connection to one SQLite file, which no other process can open meanwhile; one thread uses it.
///
/// The format is SQLite's own, with a write-ahead log beside the file (sqlite.org/wal.html). Guarantees:
///
/// - What `transaction` has committed survives a kill and a power failure: each commit flushes the log.
/// - Values are passed through parameters and columns only; SQL is never built from data.
/// - A failed call throws `SQLiteError` with SQLite's extended code. After a failed commit the outcome is unknown.
///
/// ```swift
/// let database = try SQLiteDatabase(path: "/var/lib/x/x.db")
/// try database.execute("CREATE TABLE IF NOT EXISTS job(id INTEGER PRIMARY KEY, number TEXT NOT NULL)")
/// try database.transaction { () throws(SQLiteError) in
///     try database.run("INSERT INTO job(number) VALUES (?)", "+49301234567")
/// }
/// let numbers = try database.rows("SELECT number FROM job WHERE id > ?", 0) { $0.text(0) }
/// ```
@safe
package final class SQLiteDatabase {
    let handle: OpaquePointer
    private let path: String
    private let logPages = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    /// The number of pages that the file has blocks for, once `keepRoom` was called.
    private var allocatedPages: Int?
    private var checkpointPages = Int32.max

    package enum Access {
        /// A database in use; it is created when it does not exist.
        case owner
        /// A damaged file that is read and not modified: its write-ahead log is not written into it.
        case salvage
    }

    /// Opens or creates the file for this process alone.
    ///
    /// Uses a write-ahead log with a flush for each commit (`synchronous=FULL`): a commit survives a power failure.
    /// Exclusive locking keeps out every other process, so that Debian's SQLite 3.40.1, whose WAL-reset bug needs two
    /// connections, is safe.
    package init(path: String, access: Access = .owner) throws(SQLiteError) {
        Self.configure
        if access == .owner { Self.createPrivate(path) }
        var handle: OpaquePointer?
        let create = access == .owner ? SQLITE_OPEN_CREATE : 0
        let flags = SQLITE_OPEN_READWRITE | create | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle = unsafe handle else {
            let message = unsafe String(cString: sqlite3_errstr(code))
            unsafe sqlite3_close_v2(handle)
            throw SQLiteError(code: code, message: message, operation: "open \(path)")
        }
        unsafe self.handle = handle
        self.path = path
        unsafe logPages.initialize(to: 0)
        _ = unsafe csqlite_db_config_int(handle, SQLITE_DBCONFIG_DEFENSIVE, 1)
        try execute("PRAGMA locking_mode=EXCLUSIVE")
        switch access {
        case .owner:
            if try integer("PRAGMA page_count") == 0 { try set(Self.creation) }
            try set(Self.pragmas)
        case .salvage: leaveLogAsItIs()
        }
    }

    /// Creates the file for this user only, where there is none; SQLite would let all users read it, and the folder may
    /// be one that others can enter.
    ///
    /// The write-ahead log gets the permissions of the file. An error here occurs again when SQLite opens the file.
    private static func createPrivate(_ path: String) {
        _ = FileDescriptor(unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
    }

    /// Removes other users' permission to read the file, which an earlier version gave them.
    package func makePrivate() { for name in [path, path + Self.logSuffix] { _ = unsafe chmod(name, 0o600) } }

    private func set(_ pragmas: [String]) throws(SQLiteError) {
        for pragma in pragmas { try execute("PRAGMA \(pragma)") }
    }

    deinit {
        unsafe sqlite3_close_v2(handle)
        unsafe logPages.deallocate()
    }

    /// Turns off locks, since one thread uses a connection, and statistics, which nothing reads: a tenth of SQLite's
    /// CPU time.
    private static let configure: Void = csqlite_configure()

    /// Settings that are written into a new file; setting them on an existing file could change it.
    private static let creation = ["page_size=\(pageSize)", "auto_vacuum=INCREMENTAL"]

    private static let pragmas = [
        "journal_mode=WAL", "synchronous=FULL",
        "wal_autocheckpoint=1000",
        "cache_size=-4096", "mmap_size=0", "temp_store=MEMORY", "cell_size_check=ON", "trusted_schema=OFF",
        "foreign_keys=OFF",
    ]

    /// The size of a page in bytes.
    package static let pageSize = 4096

    /// The suffix that the name of the write-ahead log adds to that of the file.
    package static let logSuffix = "-wal"

    /// Makes closing leave the write-ahead log as it is, instead of writing it into the file.
    package func leaveLogAsItIs() { _ = unsafe csqlite_db_config_int(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1) }

    /// Runs SQL that returns no rows.
    package func execute(_ sql: String) throws(SQLiteError) {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, sql) }
    }

    package func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        var statement: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement = unsafe statement else { throw error(code, sql) }
        return unsafe SQLiteStatement(statement, sql: sql, database: self)
    }

    /// Runs one statement once with these values; returns the number of rows that it changed.
    @discardableResult
    package func run(_ sql: String, _ values: any SQLiteValue...) throws(SQLiteError) -> Int {
        let statement = try prepare(sql)
        try statement.bind(values)
        try statement.run()
        return changes
    }

    /// Runs a query with these values; returns what `row` makes of each row.
    package func rows<Row>(
        _ sql: String,
        _ values: any SQLiteValue...,
        row: (SQLiteStatement) throws(SQLiteError) -> Row
    ) throws(SQLiteError) -> [Row] {
        let statement = try prepare(sql)
        try statement.bind(values)
        var rows: [Row] = []
        while try statement.step() { rows.append(try row(statement)) }
        return rows
    }

    /// The first column of the first row; 0 when there is none.
    package func integer(_ sql: String) throws(SQLiteError) -> Int {
        let statement = try prepare(sql)
        return try statement.step() ? statement.integer(0) : 0
    }

    /// Runs `body` in one transaction: all of it is committed and flushed when this returns, none of it when `body`
    /// throws.
    ///
    /// - Throws: what `body` throws. When the commit itself fails, whether it happened is unknown.
    package func transaction<Result>(_ body: () throws(SQLiteError) -> Result) throws(SQLiteError) -> Result {
        try execute("BEGIN IMMEDIATE")
        do throws(SQLiteError) {
            let result = try body()
            let pages = try allocate()
            try execute("COMMIT")
            if let pages { allocatedPages = pages }
            return result
        } catch {
            if unsafe sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }

    /// From now on a transaction commits only when the file has blocks for all of its pages, so that a checkpoint needs
    /// no room on the disk; checkpoints are then run by `checkpointIfDue()`.
    ///
    /// - Parameter checkpointPages: the length of the log, in pages, at which a checkpoint is due.
    package func keepRoom(checkpointPages: Int) throws(SQLiteError) {
        unsafe csqlite_watch_log(handle, logPages)
        self.checkpointPages = Int32(clamping: checkpointPages)
        // Pages that are only in the log are not in the file yet.
        let pages = try integer("PRAGMA page_count")
        try allocate(pages)
        allocatedPages = pages
    }

    /// The least number of bytes by which the file grows, with blocks allocated for them.
    private static let chunk: Int32 = 256 << 10

    /// Allocates blocks for all pages of the current transaction; returns the number of pages, `nil` without
    /// `keepRoom`.
    private func allocate() throws(SQLiteError) -> Int? {
        guard let allocatedPages else { return nil }
        let pages = try integer("PRAGMA page_count")
        if pages > allocatedPages { try allocate(pages) }
        return pages
    }

    private func allocate(_ pages: Int) throws(SQLiteError) {
        let code = unsafe csqlite_allocate(handle, Self.chunk, sqlite3_int64(pages * Self.pageSize))
        guard code == SQLITE_OK else {
            throw SQLiteError(code: SQLITE_FULL, message: "no room for \(pages) pages", operation: "grow \(path)")
        }
    }

    /// Writes the content of the log into the file when the log is long enough.
    ///
    /// - Throws: the error that kept the content from the file. Then the state of the disk is unknown, and what was
    ///   committed is safe in the log only as long as the kernel keeps it in memory.
    package func checkpointIfDue() throws(SQLiteError) {
        guard unsafe logPages.pointee >= checkpointPages else { return }
        unsafe logPages.pointee = 0
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        guard code == SQLITE_OK else { throw error(code, "checkpoint") }
    }

    /// Writes the whole log into the file, which is then complete without it; false when that failed.
    package func emptyLog() -> Bool {
        var (pages, done): (Int32, Int32) = (0, 0)
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, &pages, &done)
        return code == SQLITE_OK && pages == done
    }

    package var lastInsertedRow: Int { Int(unsafe sqlite3_last_insert_rowid(handle)) }

    /// The number of rows that the last statement inserted, updated or deleted.
    package var changes: Int { Int(unsafe sqlite3_changes64(handle)) }

    func error(_ code: Int32, _ operation: String) -> SQLiteError {
        SQLiteError(code: code, message: unsafe String(cString: sqlite3_errmsg(handle)), operation: operation)
    }
}
