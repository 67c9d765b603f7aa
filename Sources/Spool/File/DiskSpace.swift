package import Basics
import Glibc

/// The size and free space of a file system, in bytes.
package struct DiskSpace: Sendable, Equatable {
    /// The bytes that this user can still write.
    package let free: Int
    package let size: Int

    package init(free: Int, size: Int) {
        self.free = free
        self.size = size
    }

    /// Reads the space of the file system that holds `path`.
    package init(of path: String) throws(SystemError) {
        var figures = statvfs()
        guard unsafe statvfs(path, &figures) == 0 else { throw SystemError("statvfs", path) }
        free = Self.bytes(UInt64(figures.f_bavail), of: UInt64(figures.f_frsize))
        size = Self.bytes(UInt64(figures.f_blocks), of: UInt64(figures.f_frsize))
    }

    /// A file system without a limit may report any number: one that does not fit is clamped.
    static func bytes(_ blocks: UInt64, of size: UInt64) -> Int {
        let (product, overflows) = blocks.multipliedReportingOverflow(by: size)
        return overflows ? .max : Int(clamping: product)
    }
}
