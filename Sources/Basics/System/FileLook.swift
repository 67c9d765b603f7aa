package import Glibc

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

    package init(_ status: stat) {
        self.init(
            device: Int(truncatingIfNeeded: status.st_dev),
            inode: Int(truncatingIfNeeded: status.st_ino),
            size: Int(status.st_size),
            modified: Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
        )
    }

    /// How long ago the last write was; a time in the future counts as now.
    package func age(at instant: Timestamp) -> Duration {
        .nanoseconds(max(0, Int(instant.microseconds) * 1000 - modified))
    }
}
