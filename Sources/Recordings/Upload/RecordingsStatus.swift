package import Basics

/// What becomes of recordings, at one moment.
package struct RecordingsStatus: Sendable, Equatable {
    /// A file that is on its way to the API.
    package struct Upload: Sendable, Equatable {
        /// The name as the file system has it, without its folder; any bytes.
        package var fileName: [UInt8]
        /// Bytes of the file that are sent.
        package var sent: Int
        /// Bytes of the whole file.
        package var size: Int
        package var since: Timestamp

        package init(fileName: [UInt8], sent: Int, size: Int, since: Timestamp) {
            self.fileName = fileName
            self.sent = sent
            self.size = size
            self.since = since
        }
    }

    /// Files that are ready and not yet uploaded, with those on their way.
    package var waiting = 0
    /// Files that were given up and wait for an operator.
    package var parked = 0
    package var uploaded = 0
    /// Since when the file that waits longest does; `nil` when none waits.
    package var oldestWaiting: Timestamp?
    /// In the order of their start.
    package var uploads: [Upload] = []

    package init() {}
}
