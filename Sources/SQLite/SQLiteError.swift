private import CSQLite

/// A failed call to SQLite, or a row that differs from what was written.
package struct SQLiteError: Error, Equatable, CustomStringConvertible {
    /// SQLite's extended result code (sqlite.org/rescode.html).
    package let code: Int32
    package let message: String
    /// The operation that failed; never contains data.
    package let operation: String

    /// The class of an error, which decides how it is handled.
    package enum Trouble: Sendable {
        /// Another process holds the database.
        case busy
        /// The disk has no room.
        case full
        /// The file is damaged: what can be read must be copied to a new one.
        case damaged
        /// Reading, writing or flushing failed: the state of the disk is unknown, and the kernel may have dropped
        /// pages.
        case io
        /// The file cannot be opened or written now, but perhaps later.
        case unavailable
        case other
    }

    package init(code: Int32, message: String, operation: String) {
        self.code = code
        self.message = message
        self.operation = operation
    }

    package var description: String { "\(operation): \(message) (SQLite code \(code))" }

    package var trouble: Trouble {
        switch code & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_FULL: .full
        case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
        case SQLITE_IOERR: .io
        case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: .unavailable
        default: .other
        }
    }

    /// A row whose checksum does not match its values.
    package static func damagedRow(_ sequence: Int) -> SQLiteError {
        SQLiteError(
            code: SQLITE_CORRUPT,
            message: "row \(sequence) is not what was written",
            operation: "read a record"
        )
    }

    /// A file, or a part of it, that breaks its own rules.
    package static func damagedFile(_ subject: String, _ finding: String) -> SQLiteError {
        SQLiteError(code: SQLITE_CORRUPT, message: finding, operation: "check \(subject)")
    }
}
