package import Basics

/// A file that a walk through the folders came upon.
package struct RecordingSighting: Sendable, Equatable {
    package let look: FileStamp
    package let path: [UInt8]
    /// How many bytes of `path` are the folder that is watched.
    package let rootLength: Int
    /// Whether it is to be uploaded if it was seen like this before.
    package let isReady: Bool

    package init(look: FileStamp, path: [UInt8], rootLength: Int, isReady: Bool) {
        self.look = look
        self.path = path
        self.rootLength = rootLength
        self.isReady = isReady
    }
}
