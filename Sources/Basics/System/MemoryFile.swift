private import CLinux
import Glibc

/// Files that exist in memory only.
package enum MemoryFile {
    /// Opens a new, empty file without a path; it is gone with its last descriptor.
    ///
    /// - Parameter name: shown in /proc only.
    package static func make(_ name: String) throws(SystemError) -> FileDescriptor {
        let file = FileDescriptor(unsafe memfd_create(name, memory_file_close_on_exec))
        guard file.isOpen else { throw SystemError("memfd_create", name) }
        return file
    }
}
