package import Glibc

/// The identity and state of a file at one moment; it differs between two files, and before and after a change.
package struct FileStamp: Sendable, Hashable {
    package let device: Int
    package let inode: Int
    package let size: Int
    /// The last write in nanoseconds since 1970, as precise as the file system stores it.
    package let modified: Int
    /// The last change of content, name, owner or permissions (ctime) in nanoseconds, which no program can set back; 0
    /// when unknown.
    package let changed: Int

    package init(device: Int, inode: Int, size: Int, modified: Int, changed: Int = 0) {
        self.device = device
        self.inode = inode
        self.size = size
        self.modified = modified
        self.changed = changed
    }

    package init(_ status: stat) {
        self.init(
            device: Int(truncatingIfNeeded: status.st_dev),
            inode: Int(truncatingIfNeeded: status.st_ino),
            size: Int(status.st_size),
            modified: Self.nanoseconds(status.st_mtim),
            changed: Self.nanoseconds(status.st_ctim)
        )
    }

    /// Nanoseconds since 1970; a file system may hold any time, so one out of range is clamped.
    private static func nanoseconds(_ time: timespec) -> Int {
        let (product, overflows) = Int(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflows else { return time.tv_sec < 0 ? .min : .max }
        let (sum, isTooLarge) = product.addingReportingOverflow(Int(time.tv_nsec))
        return isTooLarge ? .max : sum
    }

    /// Whether it is the same file with the same last write; its name, owner or permissions may differ.
    package func matches(_ other: FileStamp) -> Bool {
        (device, inode, size, modified) == (other.device, other.inode, other.size, other.modified)
    }

    /// How long ago the last write was; a time in the future counts as now.
    package func age(at instant: Timestamp) -> Duration {
        let (age, isTooLarge) = (Int(instant.microseconds) * 1000).subtractingReportingOverflow(modified)
        return .nanoseconds(isTooLarge ? modified < 0 ? .max : 0 : max(0, age))
    }
}
