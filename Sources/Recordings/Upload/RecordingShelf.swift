package import Basics
import Glibc

/// Moves or deletes the file of a recording after its upload.
package enum RecordingShelf {
    /// What happened to the file.
    package enum Outcome: Sendable, Equatable {
        case moved
        case deleted
        /// It stays in its place: the mount is read-only, or the folder is not writable.
        case left(SystemError)
        /// Another file, or none, is in its place now; that is not touched.
        case changed
    }

    /// The most files with the same name in `.processed`.
    private static let namesakes = 1000

    /// Moves the file to `.processed` beside it, or deletes it; leaves another file with the same name alone.
    ///
    /// The name can be given to another file between a check and a move. So the file is opened, moved, and checked
    /// again in the new place; another file is moved back. To delete it, it is first moved into a folder that no other
    /// user can enter.
    ///
    /// Blocks. Call it only after the success is committed.
    package static func putAway(_ file: FoundFile, deletes: Bool) -> Outcome {
        putAway(file, deletes: deletes, beforeMoving: {})
    }

    /// - Parameter beforeMoving: called between the check and the move.
    static func putAway(_ file: FoundFile, deletes: Bool, beforeMoving: () -> Void) -> Outcome {
        do throws(Unreadable) {
            let folder = try RecordingFile.openFolder(of: file)
            let name = entryName(Array(file.name))
            // While it is open, no other file can get its inode number.
            let held = FileDescriptor(
                unsafe openat(folder.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            )
            guard held.isOpen else {
                return [ENOENT, ELOOP, ENXIO].contains(errno) ? .changed : .left(failure("open", file))
            }
            guard stamp(of: held) == file.stamp else { return .changed }
            beforeMoving()
            return deletes ? delete(name, in: folder, file) : move(name, in: folder, file)
        } catch {
            return error.error.code == ENOENT ? .changed : .left(error.error)
        }
    }

    private static func move(_ name: [CChar], in folder: borrowing FileDescriptor, _ file: FoundFile) -> Outcome {
        let shelfName = entryName(Array("\(RecordingScanner.processed)".utf8))
        guard unsafe mkdirat(folder.number, shelfName, 0o755) == 0 || errno == EEXIST else {
            return .left(failure("mkdir .processed beside", file))
        }
        let shelf = open(shelfName, in: folder)
        guard shelf.isOpen else { return .left(failure("open .processed beside", file)) }
        // An existing name belongs to an earlier recording, which must not be overwritten.
        for number in 0..<namesakes {
            let newName = number == 0 ? name : entryName(Array("\(number)-".utf8) + file.name)
            let code = Rename.withoutReplacing(name, in: folder.number, to: newName, in: shelf.number)
            if code == EEXIST { continue }
            guard code == 0 else { return failed("move", file, code) }
            return goesBack(newName, from: shelf, to: name, in: folder, file) ? .changed : .moved
        }
        return .left(SystemError("move", file.path[...].text, code: EEXIST))
    }

    private static func delete(_ name: [CChar], in folder: borrowing FileDescriptor, _ file: FoundFile) -> Outcome {
        // A file that a crash leaves in this folder is found and recognised by the next scan.
        let binName = entryName(Array(".deleting-\(UInt64.random(in: 0 ... .max))".utf8))
        guard unsafe mkdirat(folder.number, binName, 0o700) == 0 else { return .left(failure("delete", file)) }
        defer { unsafe unlinkat(folder.number, binName, AT_REMOVEDIR) }
        let bin = open(binName, in: folder)
        guard bin.isOpen else { return .left(failure("delete", file)) }
        let code = Rename.withoutReplacing(name, in: folder.number, to: name, in: bin.number)
        guard code == 0 else { return failed("delete", file, code) }
        if goesBack(name, from: bin, to: name, in: folder, file) { return .changed }
        return unsafe unlinkat(bin.number, name, 0) == 0 ? .deleted : .left(failure("delete", file))
    }

    /// Whether the moved file is not the one that was uploaded; it then gets its old name back, unless that is taken.
    private static func goesBack(
        _ newName: [CChar],
        from newFolder: borrowing FileDescriptor,
        to name: [CChar],
        in folder: borrowing FileDescriptor,
        _ file: FoundFile
    ) -> Bool {
        var status = stat()
        let isSeen = unsafe fstatat(newFolder.number, newName, &status, AT_SYMLINK_NOFOLLOW) == 0
        // The move itself changes the stamp, so only the content's part is compared.
        if isSeen, status.st_mode & S_IFMT == S_IFREG, FileStamp(status).matches(file.stamp) { return false }
        if isSeen { _ = Rename.withoutReplacing(newName, in: newFolder.number, to: name, in: folder.number) }
        return true
    }

    private static func failed(_ call: String, _ file: FoundFile, _ code: Int32) -> Outcome {
        code == ENOENT ? .changed : .left(SystemError(call, file.path[...].text, code: code))
    }

    private static func failure(_ call: String, _ file: FoundFile) -> SystemError {
        SystemError(call, file.path[...].text)
    }

    private static func entryName(_ name: [UInt8]) -> [CChar] { name.map(CChar.init(bitPattern:)) + [0] }

    private static func open(_ name: [CChar], in folder: borrowing FileDescriptor) -> FileDescriptor {
        FileDescriptor(unsafe openat(folder.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
    }

    private static func stamp(of file: borrowing FileDescriptor) -> FileStamp? {
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return FileStamp(status)
    }
}
