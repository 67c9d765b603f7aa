package import Basics
package import SQLite

/// Why the database of calls cannot be used.
package enum CallsStoreError: Error, Equatable, CustomStringConvertible {
    /// Another process uses it.
    case locked(path: String)
    /// Its folder cannot be created or entered.
    case folder(SystemError)
    /// A later version of this program wrote it.
    case newer(path: String, version: Int)
    case database(SQLiteError, path: String)

    init(_ error: SQLiteError, path: String) {
        self = error.trouble == .busy ? .locked(path: path) : .database(error, path: path)
    }

    package var description: String {
        switch self {
        case .locked(let path): "another process uses \(path); stop it, or give this one a CALLS_DB of its own"
        case .folder(let error):
            "the database of calls cannot be stored: \(error); check the folder of CALLS_DB, its owner and that it is "
                + "writable"
        case .newer(let path, let version):
            "\(path) was written by a newer version (schema \(version)); install that version again, or set another "
                + "CALLS_DB"
        case .database(let error, let path): "\(path) cannot be used: \(error); check its disk"
        }
    }
}
