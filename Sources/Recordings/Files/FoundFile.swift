package import Basics
package import CallRecords

/// A file that was found in a scan of the folders.
package struct FoundFile: Sendable, Equatable {
    /// The absolute path.
    package let path: [UInt8]
    /// How many bytes of `path` are the watched folder; below it, links are not followed.
    package let rootLength: Int
    /// The stamp of the file when it was found.
    package let stamp: FileStamp

    package init(path: [UInt8], rootLength: Int, stamp: FileStamp) {
        self.path = path
        self.rootLength = rootLength
        self.stamp = stamp
    }

    /// The part after the last slash.
    package var name: Bytes { path[((path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...] }

    /// The format by the extension.
    package var format: AudioFormat { AudioFormat(pathExtension: ReadinessRules.pathExtension(of: name)) }
}
