package import Basics
private import CSQLite

/// A call to SQLite that failed.
package struct SQLiteError: Error, Equatable, CustomStringConvertible {
    /// SQLite's extended result code (sqlite.org/rescode.html).
    package let code: Int32
    package let message: String
    /// What was being done; never the data.
    package let operation: String

    package var description: String { "\(operation): \(message) (SQLite code \(code))" }

    /// Another process holds the database.
    var isBusy: Bool { primary == SQLITE_BUSY || primary == SQLITE_LOCKED }

    private var primary: Int32 { code & 0xff }
}

/// Why the spool cannot be used.
package enum SpoolError: Error, Equatable, CustomStringConvertible {
    /// Another process uses this spool.
    case locked(path: String)
    /// The directory cannot be made, read or written.
    case directory(SystemError)
    /// A later version of this program wrote the file.
    case newer(path: String, version: Int)
    /// The file belongs to another program.
    case foreign(path: String)
    case database(SQLiteError)

    package var description: String {
        switch self {
        case .locked(let path):
            "another connector uses the spool \(path); stop it, or give this one its own SPOOL_DIR"
        case .directory(let error):
            "the spool directory cannot be used: \(error); check SPOOL_DIR, its owner and that it is writable"
        case .newer(let path, let version):
            "the spool \(path) was written by a newer version (schema \(version)); install that version again, or give"
                + " this one its own SPOOL_DIR"
        case .foreign(let path): "\(path) is no spool of this program; choose another SPOOL_DIR"
        case .database(let error):
            "the spool does not work: \(error); check free space and health of the disk of SPOOL_DIR"
        }
    }
}
