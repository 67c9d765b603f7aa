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
        free = Int(figures.f_bavail) * Int(figures.f_frsize)
        size = Int(figures.f_blocks) * Int(figures.f_frsize)
    }
}
