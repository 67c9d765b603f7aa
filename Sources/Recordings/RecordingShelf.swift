package import Basics
import Glibc

/// What happens to the file of a recording once the API has it.
package enum RecordingShelf {
    package enum Outcome: Sendable, Equatable {
        case moved
        case deleted
        /// It stays where it is: the mount is read-only, or the folder is not ours to write.
        case left(SystemError)
        /// There is another file at its place by now, or none; that is not touched.
        case changed
    }

    /// How many files of one name find room in `.processed`.
    private static let namesakes = 1000

    /// Moves the file to `.processed` beside it, or deletes it.
    ///
    /// Blocks. To be called when the success is committed, not before.
    package static func putAway(_ file: FoundFile, deletes: Bool) -> Outcome {
        do throws(Unreadable) {
            let folder = try RecordingFile.openFolder(of: file)
            let name = entryName(Array(file.name))
            guard look(at: name, in: folder) == file.look else { return .changed }
            guard deletes else { return move(name, in: folder, file) }
            return unsafe unlinkat(folder.number, name, 0) == 0 ? .deleted : .left(failure("delete", file))
        } catch {
            return error.error.code == ENOENT ? .changed : .left(error.error)
        }
    }

    private static func move(_ name: [CChar], in folder: borrowing FileDescriptor, _ file: FoundFile) -> Outcome {
        let shelfName = entryName(Array("\(RecordingScanner.processed)".utf8))
        guard unsafe mkdirat(folder.number, shelfName, 0o755) == 0 || errno == EEXIST else {
            return .left(failure("mkdir .processed beside", file))
        }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let shelf = FileDescriptor(unsafe openat(folder.number, shelfName, flags))
        guard shelf.isOpen else { return .left(failure("open .processed beside", file)) }
        // A name that is taken belongs to an earlier recording, which must not be overwritten.
        for number in 0..<namesakes {
            let newName = number == 0 ? name : entryName(Array("\(number)-".utf8) + file.name)
            var status = stat()
            if unsafe fstatat(shelf.number, newName, &status, AT_SYMLINK_NOFOLLOW) == 0 { continue }
            guard unsafe renameat(folder.number, name, shelf.number, newName) == 0 else {
                return .left(failure("move", file))
            }
            return .moved
        }
        return .left(SystemError("move", file.path[...].text, code: EEXIST))
    }

    private static func failure(_ call: String, _ file: FoundFile) -> SystemError {
        SystemError(call, file.path[...].text)
    }

    private static func entryName(_ name: [UInt8]) -> [CChar] { name.map(CChar.init(bitPattern:)) + [0] }

    private static func look(at name: [CChar], in folder: borrowing FileDescriptor) -> FileLook? {
        var status = stat()
        guard unsafe fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else { return nil }
        return FileLook(status)
    }
}
