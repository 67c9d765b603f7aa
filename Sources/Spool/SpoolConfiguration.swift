package import SQLite

/// Where a spool is and how large it may become.
package struct SpoolConfiguration: Sendable {
    package var directory: String
    /// The limit in bytes; `Admission` describes what happens at this size.
    package var maxBytes = 2 << 30
    /// For tests: returns the error that a successful change reports instead; `nil` for none.
    package var commitFault: (@Sendable () -> SQLiteError?)?

    package init(directory: String) { self.directory = directory }
}
