package import SQLite

/// Where a spool is and how large it may become.
package struct SpoolConfiguration: Sendable {
    package var directory: String
    /// What happens at this size is said at `Admission`.
    package var maxBytes = 2 << 30
    /// For tests: what the commit of something that was done reports instead, when it answers an error.
    package var commitFault: (@Sendable () -> SQLiteError?)?

    package init(directory: String) { self.directory = directory }
}
