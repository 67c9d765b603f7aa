package import Basics
import Glibc

/// The room on a file system.
package struct DiskSpace: Sendable, Equatable {
    /// Bytes that this user may still write.
    package let free: Int
    package let size: Int

    package init(free: Int, size: Int) {
        self.free = free
        self.size = size
    }

    /// Of the file system that holds `path`.
    package init(of path: String) throws(SystemError) {
        var figures = statvfs()
        guard unsafe statvfs(path, &figures) == 0 else { throw SystemError("statvfs", path) }
        free = Self.bytes(UInt64(figures.f_bavail), of: UInt64(figures.f_frsize))
        size = Self.bytes(UInt64(figures.f_blocks), of: UInt64(figures.f_frsize))
    }

    /// A file system that knows no limit may tell any number: what does not fit counts as the largest that does.
    static func bytes(_ blocks: UInt64, of size: UInt64) -> Int {
        let (product, overflows) = blocks.multipliedReportingOverflow(by: size)
        return overflows ? .max : Int(clamping: product)
    }
}
