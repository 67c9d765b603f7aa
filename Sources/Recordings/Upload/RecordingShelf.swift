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
            return putAway(file, in: folder, deletes: deletes, beforeMoving)
        } catch {
            return error.error.code == ENOENT ? .changed : .left(error.error)
        }
    }

    private static func putAway(
        _ file: FoundFile,
        in folder: borrowing OpenFolder,
        deletes: Bool,
        _ beforeMoving: () -> Void
    ) -> Outcome {
        do throws(SystemError) {
            // While it is open, no other file can get its inode number.
            let held = try folder.file(file.name)
            guard stamp(of: held) == file.stamp else { return .changed }
            beforeMoving()
            return deletes ? delete(file, in: folder) : move(file, in: folder)
        } catch {
            return [ENOENT, ELOOP, ENXIO].contains(error.code) ? .changed : failed("open", file, error)
        }
    }

    private static func move(_ file: FoundFile, in folder: borrowing OpenFolder) -> Outcome {
        let processed = Array("\(RecordingScanner.processed)".utf8)[...]
        do throws(SystemError) { try folder.makeFolder(processed, mode: 0o755) } catch {
            guard error.code == EEXIST else { return failed("mkdir .processed beside", file, error) }
        }
        do throws(SystemError) {
            return move(file, in: folder, to: try folder.folder(processed))
        } catch {
            return failed("open .processed beside", file, error)
        }
    }

    private static func move(
        _ file: FoundFile,
        in folder: borrowing OpenFolder,
        to shelf: borrowing OpenFolder
    ) -> Outcome {
        // An existing name belongs to an earlier recording, which must not be overwritten.
        for number in 0..<namesakes {
            let newName = number == 0 ? file.name : (Array("\(number)-".utf8) + file.name)[...]
            do throws(SystemError) {
                try folder.move(file.name, to: shelf, as: newName)
                return goesBack(newName, from: shelf, to: folder, file) ? .changed : .moved
            } catch {
                if error.code == EEXIST { continue }
                return error.code == ENOENT ? .changed : failed("move", file, error)
            }
        }
        return .left(SystemError("move", file.path[...].text, code: EEXIST))
    }

    private static func delete(_ file: FoundFile, in folder: borrowing OpenFolder) -> Outcome {
        // A file that a crash leaves in this folder is found and recognised by the next scan.
        let binName = Array(".deleting-\(UInt64.random(in: 0 ... .max))".utf8)[...]
        do throws(SystemError) {
            try folder.makeFolder(binName, mode: 0o700)
        } catch {
            return failed("delete", file, error)
        }
        defer { try? folder.removeFolder(binName) }
        do throws(SystemError) {
            let bin = try folder.folder(binName)
            do throws(SystemError) {
                try folder.move(file.name, to: bin, as: file.name)
            } catch {
                return error.code == ENOENT ? .changed : failed("delete", file, error)
            }
            if goesBack(file.name, from: bin, to: folder, file) { return .changed }
            try bin.removeFile(file.name)
            return .deleted
        } catch {
            return failed("delete", file, error)
        }
    }

    /// Whether the moved file is not the one that was uploaded; it then gets its old name back, unless that is taken.
    private static func goesBack(
        _ newName: Bytes,
        from newFolder: borrowing OpenFolder,
        to folder: borrowing OpenFolder,
        _ file: FoundFile
    ) -> Bool {
        guard let status = try? newFolder.status(of: newName) else { return true }
        // The move itself changes the stamp, so only the content's part is compared.
        if status.st_mode & S_IFMT == S_IFREG, FileStamp(status).matches(file.stamp) { return false }
        try? newFolder.move(newName, to: folder, as: file.name)
        return true
    }

    private static func failed(_ call: String, _ file: FoundFile, _ error: SystemError) -> Outcome {
        .left(SystemError(call, file.path[...].text, code: error.code))
    }

    private static func stamp(of file: borrowing FileDescriptor) -> FileStamp? {
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return FileStamp(status)
    }
}
