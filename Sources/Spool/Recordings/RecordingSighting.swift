package import Basics

/// A file that a scan of the folders found.
package struct RecordingSighting: Sendable, Equatable {
    package let look: FileStamp
    package let path: [UInt8]
    /// The length in bytes of the watched folder at the start of `path`.
    package let rootLength: Int
    /// Whether it should be uploaded if it looked the same in an earlier scan.
    package let isReady: Bool

    package init(look: FileStamp, path: [UInt8], rootLength: Int, isReady: Bool) {
        self.look = look
        self.path = path
        self.rootLength = rootLength
        self.isReady = isReady
    }
}
