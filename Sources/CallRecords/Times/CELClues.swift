package import Basics

/// Information about the time in a CEL event.
package struct CELClues: Sendable {
    /// Local time in seconds since 1970, as if it were UTC.
    package var local: Int
    /// The second in the UniqueID.
    package var begin: Int?
    /// The header Timestamp: when the event was written.
    package var written: Timestamp?
    /// Whether it is the first event of its channel.
    package var isChannelStart = false

    package init(local: Int) { self.local = local }
}
