import Basics
import Glibc
import SQLite

/// The files in a spool's directory, and how one database takes the place of another.
///
/// A new database is made as `spool.db.building`. Once complete it becomes `spool.db.next`, which says that it is the
/// one to use; then the old one is set aside and the new one takes its name. A crash at any moment leaves either the old
/// one, or `next` with the old one still there or set aside: `finishReplacing` does the rest.
struct SpoolFiles {
    let directory: String

    var database: String { "\(directory)/spool.db" }
    var building: String { "\(directory)/spool.db.building" }
    /// A copy of a damaged database that SQLite can open.
    var copy: String { "\(directory)/spool.db.copy" }
    private var next: String { "\(directory)/spool.db.next" }
    private var lock: String { "\(directory)/lock" }

    /// A file of earlier versions that took up room.
    var ballast: String { "\(directory)/ballast" }

    /// Makes the directory and checks that files can be made in it, and that those that are there are files.
    ///
    /// - Throws: `planted` where a link or anything else has the name of a file.
    func prepareDirectory() throws(SpoolError) {
        try PlantedFile.refuse(linkOfOthers: directory)
        if unsafe mkdir(directory, 0o700) != 0 && errno != EEXIST { throw .directory(SystemError("mkdir", directory)) }
        guard unsafe access(directory, W_OK | X_OK) == 0 else { throw .directory(SystemError("write to", directory)) }
        for path in [database, building, copy, next] {
            for suffix in ["", SQLiteDatabase.logSuffix, "-journal"] { try PlantedFile.refuse(path + suffix) }
        }
        for path in [lock, ballast] { try PlantedFile.refuse(path) }
    }

    /// Whether a spool was used here before.
    var hasBeenUsed: Bool { firstUse != nil }

    /// When a spool was first used here; `nil` for never.
    var firstUse: Timestamp? {
        var figures = stat()
        guard unsafe stat(lock, &figures) == 0 else { return nil }
        return Timestamp(seconds: figures.st_mtim.tv_sec)
    }

    /// Which file is there under the database's name; `nil` when there is none.
    var identity: FileIdentity? { FileIdentity(of: database) }

    /// Removes what an interrupted renewal left behind.
    func discardBuilding() {
        for path in [building, copy] { discard(path) }
    }

    /// Removes a database with its log.
    func discard(_ path: String) {
        for suffix in [SQLiteDatabase.logSuffix, "-journal", ""] { unsafe unlink(path + suffix) }
    }

    /// Lets the database that was built, complete and closed, take the place of the one in use.
    ///
    /// - Returns: the name under which the old one was set aside; `nil` when there was none.
    func replace(at instant: Timestamp) throws(SpoolError) -> String? {
        try rename(building, to: next)
        return try finishReplacing(at: instant)
    }

    /// Does what is left of a replacement; nothing when none was under way.
    func finishReplacing(at instant: Timestamp) throws(SpoolError) -> String? {
        guard unsafe access(next, F_OK) == 0 else { return nil }
        let stamp = String(instant.description.filter { $0.isNumber || $0 == "T" || $0 == "Z" })
        let aside = "\(database).damaged-\(stamp)"
        // The log first: left behind, it would be taken for that of the new database.
        try rename(database + SQLiteDatabase.logSuffix, to: aside + SQLiteDatabase.logSuffix)
        let isThere = try rename(database, to: aside)
        try rename(next, to: database)
        try flush()
        return isThere ? aside : nil
    }

    /// Gives the write-ahead log blocks for so many bytes, which stay when it is written from its start again; false when
    /// there is no room for them.
    func allocateLog(_ bytes: Int) -> Bool {
        let log = FileDescriptor(unsafe open(database + SQLiteDatabase.logSuffix, O_RDWR | O_NOFOLLOW | O_CLOEXEC))
        var figures = stat()
        guard log.isOpen, unsafe fstat(log.number, &figures) == 0 else { return false }
        return figures.st_size >= bytes || posix_fallocate(log.number, 0, bytes) == 0
    }

    /// Makes the write-ahead log of a database that has all of it one without content; its blocks stay.
    func retireLog() {
        let log = FileDescriptor(unsafe open(database + SQLiteDatabase.logSuffix, O_WRONLY | O_NOFOLLOW | O_CLOEXEC))
        guard log.isOpen else { return }
        let header = [UInt8](repeating: 0, count: 32)
        _ = unsafe pwrite(log.number, header, header.count, 0)
        fdatasync(log.number)
    }

    /// - Returns: false when there is nothing of that name.
    @discardableResult
    private func rename(_ old: String, to new: String) throws(SpoolError) -> Bool {
        if unsafe Glibc.rename(old, new) == 0 { return true }
        guard errno == ENOENT else { throw .directory(SystemError("rename", old)) }
        return false
    }

    /// Makes the names in the directory as durable as the files.
    private func flush() throws(SpoolError) {
        let descriptor = FileDescriptor(unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard descriptor.isOpen, fsync(descriptor.number) == 0 else {
            throw .directory(SystemError("flush", directory))
        }
    }
}

/// Which file it is, whatever its name.
struct FileIdentity: Equatable {
    private let device: UInt
    private let inode: UInt

    /// Of the file of this name; `nil` when there is none.
    init?(of path: String) {
        var figures = stat()
        guard unsafe stat(path, &figures) == 0 else { return nil }
        device = figures.st_dev
        inode = figures.st_ino
    }
}
