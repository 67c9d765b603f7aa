package import Basics

/// The state of recordings at one moment.
package struct RecordingsStatus: Sendable, Equatable {
    /// A file that is being uploaded.
    package struct Upload: Sendable, Equatable {
        /// The name of the file without its folder; need not be UTF-8.
        package var fileName: [UInt8]
        /// Bytes of the file sent so far.
        package var sent: Int
        /// Bytes of the whole file.
        package var size: Int
        /// When the upload started.
        package var since: Timestamp

        package init(fileName: [UInt8], sent: Int, size: Int, since: Timestamp) {
            self.fileName = fileName
            self.sent = sent
            self.size = size
            self.since = since
        }
    }

    /// Files that are ready but not uploaded, those in flight included.
    package var waiting = 0
    /// Files that failed too often and wait for an operator.
    package var parked = 0
    /// Files uploaded since the spool was created.
    package var uploaded = 0
    /// The begin of the longest wait; `nil` when no file waits.
    package var oldestWaiting: Timestamp?
    /// Uploads in flight, in the order of their start.
    package var uploads: [Upload] = []

    package init() {}
}
