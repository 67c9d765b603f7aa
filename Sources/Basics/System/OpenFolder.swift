private import CLinux
package import Glibc

/// An open folder whose entries are reached by name, so that no other user can exchange a folder on the way to them.
///
/// A name is one component of a path. No call follows a link in the place of an entry. All of them block, and their
/// errors have the name as subject.
package struct OpenFolder: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// Opens a folder by its path, in which links are followed.
    package init(path: [UInt8]) throws(SystemError) {
        let number = unsafe open(Self.terminated(path[...]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw SystemError("open", path[...].text) }
        descriptor = FileDescriptor(number)
    }

    private init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    /// Opens a folder in this one.
    package borrowing func folder(_ name: Bytes) throws(SystemError) -> OpenFolder {
        OpenFolder(try openEntry(name, O_DIRECTORY))
    }

    /// Opens an entry for reading; a pipe is opened too, without waiting for its writer.
    package borrowing func file(_ name: Bytes) throws(SystemError) -> FileDescriptor {
        try openEntry(name, O_NONBLOCK)
    }

    private borrowing func openEntry(_ name: Bytes, _ flag: Int32) throws(SystemError) -> FileDescriptor {
        let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flag
        let number = unsafe openat(descriptor.number, Self.terminated(name), flags)
        guard number >= 0 else { throw SystemError("open", name.text) }
        return FileDescriptor(number)
    }

    /// The status of an entry; of a link, its own.
    package borrowing func status(of name: Bytes) throws(SystemError) -> stat {
        var status = stat()
        guard unsafe fstatat(descriptor.number, Self.terminated(name), &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw SystemError("stat", name.text)
        }
        return status
    }

    /// Visits all entries except `.` and `..`, in no order, until `visit` returns false.
    ///
    /// The folder is read as a stream: memory does not grow with the number of entries.
    ///
    /// - Parameter visit: gets the name and its type, such as `DT_REG`; some file systems have only `DT_UNKNOWN`.
    /// - Returns: false when `visit` did.
    package borrowing func visitEntries(_ visit: (_ name: [UInt8], _ type: Int32) -> Bool) throws(SystemError) -> Bool {
        let copy = FileDescriptor(fcntl(descriptor.number, F_DUPFD_CLOEXEC, 0))
        guard copy.isOpen, let entries = unsafe fdopendir(copy.number) else { throw SystemError("list", "a folder") }
        // It belongs to `entries` now.
        _ = copy.release()
        defer { unsafe closedir(entries) }
        // The position is shared with `descriptor`, which an earlier visit has moved.
        unsafe rewinddir(entries)
        while let entry = unsafe readdir(entries) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe Array(bytes.prefix { $0 != 0 })
            }
            if name == [ASCII.dot] || name == [ASCII.dot, ASCII.dot] { continue }
            guard visit(name, unsafe Int32(entry.pointee.d_type)) else { return false }
        }
        return true
    }

    /// Makes a folder in this one.
    package borrowing func makeFolder(_ name: Bytes, mode: UInt32) throws(SystemError) {
        guard unsafe mkdirat(descriptor.number, Self.terminated(name), mode) == 0 else {
            throw SystemError("mkdir", name.text)
        }
    }

    /// Removes an entry that is not a folder.
    package borrowing func removeFile(_ name: Bytes) throws(SystemError) { try remove(name, 0) }

    /// Removes an empty folder in this one.
    package borrowing func removeFolder(_ name: Bytes) throws(SystemError) { try remove(name, AT_REMOVEDIR) }

    private borrowing func remove(_ name: Bytes, _ flag: Int32) throws(SystemError) {
        guard unsafe unlinkat(descriptor.number, Self.terminated(name), flag) == 0 else {
            throw SystemError("remove", name.text)
        }
    }

    /// Moves an entry to a new name in another folder, and replaces nothing.
    ///
    /// Where the file system cannot refuse to replace a file (some network mounts), it first checks whether the name is
    /// taken.
    ///
    /// - Throws: `SystemError` with `EEXIST` when the new name is taken.
    package borrowing func move(
        _ name: Bytes,
        to folder: borrowing OpenFolder,
        as newName: Bytes
    ) throws(SystemError) {
        let (old, new) = (Self.terminated(name), Self.terminated(newName))
        let (source, target) = (descriptor.number, folder.descriptor.number)
        if unsafe renameat2(source, old, target, new, rename_no_replace) == 0 { return }
        guard errno == EINVAL || errno == ENOSYS else { throw SystemError("move", name.text) }
        var status = stat()
        if unsafe fstatat(target, new, &status, AT_SYMLINK_NOFOLLOW) == 0 {
            throw SystemError("move", name.text, code: EEXIST)
        }
        guard unsafe renameat(source, old, target, new) == 0 else { throw SystemError("move", name.text) }
    }

    private static func terminated(_ name: Bytes) -> [CChar] { name.map(CChar.init(bitPattern:)) + [0] }
}
