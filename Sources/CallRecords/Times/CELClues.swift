package import Basics

/// What a CEL event tells of its time.
package struct CELClues: Sendable {
    /// Seconds of local time since 1970, as if it were UTC.
    package var local: Int
    /// The second in the UniqueID.
    package var begin: Int?
    /// The header Timestamp: when the event was written.
    package var written: Timestamp?
    /// Whether it is the first event of its channel.
    package var isChannelStart = false

    package init(local: Int) { self.local = local }
}
