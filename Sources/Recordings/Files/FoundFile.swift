package import Basics
package import CallRecords

/// A file that a walk through the folders came upon.
package struct FoundFile: Sendable, Equatable {
    /// From the root of the file system on.
    package let path: [UInt8]
    /// How many bytes of `path` are the folder that is watched; only below it links are not followed.
    package let rootLength: Int
    package let look: FileStamp

    package init(path: [UInt8], rootLength: Int, look: FileStamp) {
        self.path = path
        self.rootLength = rootLength
        self.look = look
    }

    /// What follows the last slash.
    package var name: Bytes { path[((path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...] }

    package var format: AudioFormat { AudioFormat(pathExtension: ReadinessRules.pathExtension(of: name)) }
}
