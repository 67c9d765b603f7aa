package import Basics

/// What one look at a file showed; two files, or a file before and after a change, never show the same.
package struct FileLook: Sendable, Hashable {
    package let device: Int
    package let inode: Int
    package let size: Int
    /// Nanoseconds since 1970, as exact as the file system has it.
    package let modified: Int

    package init(device: Int, inode: Int, size: Int, modified: Int) {
        self.device = device
        self.inode = inode
        self.size = size
        self.modified = modified
    }

    /// How long ago the last write was; a time in the future counts as now.
    package func age(at instant: Timestamp) -> Duration {
        .nanoseconds(max(0, Int(instant.microseconds) * 1000 - modified))
    }
}
