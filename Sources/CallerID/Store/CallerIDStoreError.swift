package import Basics
package import ODBC
package import SQLite

/// Why the store of the caller IDs cannot be used.
package enum CallerIDStoreError: Error, Equatable, CustomStringConvertible {
    /// Another process uses it.
    case locked(directory: String)
    /// The folder or a file in it cannot be created, read or written.
    case directory(SystemError)
    /// A later version of this program wrote it.
    case newer(path: String, version: Int)
    case database(SQLiteError)
    case exists(Digits)
    case unknown(Digits)
    /// The numbers come from a database that this service only reads.
    case elsewhere
    /// The database that the numbers come from did not take a change.
    case away(ODBCError)
    /// The table of the database cannot have the change.
    case unfit(String)

    init(_ error: SQLiteError, directory: String) {
        self = error.trouble == .busy ? .locked(directory: directory) : .database(error)
    }

    /// Whether the disk takes no changes: it is full, read-only or fails.
    var isDiskRefusal: Bool {
        switch self {
        case .directory: true
        case .database(let error): [.full, .io, .unavailable].contains(error.trouble)
        case .locked, .newer, .exists, .unknown, .elsewhere, .away, .unfit: false
        }
    }

    /// Whether the database of the site is the reason, and not the store of this service.
    var isOfDatabase: Bool {
        switch self {
        case .elsewhere, .away, .unfit: true
        case .locked, .directory, .newer, .database, .exists, .unknown: false
        }
    }

    package var description: String {
        switch self {
        case .locked(let directory):
            "another process uses the caller IDs in \(directory); stop it, or give this one its own CALLERID_DIR"
        case .directory(let error):
            "the caller IDs cannot be stored: \(error); check CALLERID_DIR, its owner and that it is writable"
        case .newer(let path, let version):
            "\(path) was written by a newer version (schema \(version)); install that version again, or give this one "
                + "its own CALLERID_DIR"
        case .database(let error): "the caller IDs cannot be stored: \(error); check the disk of CALLERID_DIR"
        case .exists(let number): "Caller-ID \(number) already exists"
        case .unknown(let number): "Caller-ID \(number) not found"
        case .elsewhere: "the numbers come from DATABASE; change them there, or set SYNC_WRITE=true"
        case .away(let error): "the change is not in DATABASE: \(error)"
        case .unfit(let reason): reason
        }
    }
}
