private import CSQLite
import Glibc

/// A copy of a database while it is in use, made in steps by the thread of the database.
///
/// Between two steps the database may change: the copy has these changes too. When `step` has returned true, the file is
/// a complete database, flushed, as the original was at that moment.
@safe
package final class SQLiteBackup {
    private let database: SQLiteDatabase
    private let target: OpaquePointer
    private let backup: OpaquePointer

    /// Creates the copy, for this user only.
    ///
    /// - Throws: also when there is a file of this name already.
    package init(of database: SQLiteDatabase, to path: String) throws(SQLiteError) {
        let file = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw SQLiteError(code: SQLITE_CANTOPEN, message: reason, operation: "create \(path)")
        }
        close(file)
        var target: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(path, &target, flags, nil)
        guard code == SQLITE_OK, let target = unsafe target else {
            unsafe sqlite3_close_v2(target)
            let message = unsafe String(cString: sqlite3_errstr(code))
            throw SQLiteError(code: code, message: message, operation: "open \(path)")
        }
        guard let backup = unsafe sqlite3_backup_init(target, "main", database.handle, "main") else {
            let code = unsafe sqlite3_errcode(target)
            let message = unsafe String(cString: sqlite3_errmsg(target))
            unsafe sqlite3_close_v2(target)
            throw SQLiteError(code: code, message: message, operation: "copy to \(path)")
        }
        self.database = database
        unsafe self.target = target
        unsafe self.backup = backup
    }

    /// Copies some pages of 4 KiB; returns whether the copy is complete.
    package func step(pages: Int) throws(SQLiteError) -> Bool {
        let code = unsafe sqlite3_backup_step(backup, Int32(clamping: pages))
        if code == SQLITE_DONE { return true }
        guard code == SQLITE_OK else {
            throw SQLiteError(code: code, message: unsafe String(cString: sqlite3_errstr(code)), operation: "copy")
        }
        return false
    }

    deinit {
        unsafe sqlite3_backup_finish(backup)
        unsafe sqlite3_close_v2(target)
    }
}
