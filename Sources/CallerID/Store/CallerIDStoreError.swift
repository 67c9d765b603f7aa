package import Basics
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

    init(_ error: SQLiteError, directory: String) {
        self = error.trouble == .busy ? .locked(directory: directory) : .database(error)
    }

    /// Whether the disk takes no changes: it is full, read-only or fails.
    var isDiskRefusal: Bool {
        switch self {
        case .directory: true
        case .database(let error): [.full, .io, .unavailable].contains(error.trouble)
        case .locked, .newer, .exists, .unknown: false
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
        }
    }
}
