import Basics
import Glibc
import SQLite

/// The files in a spool's directory, and how one database replaces another.
///
/// A new database is made as `spool.db.building`. Once complete, it becomes `spool.db.next`, which marks it as the one
/// to use; then the old one is set aside and the new one takes its name. A crash at any moment leaves either the old
/// one, or `next` with the old one still in place or set aside: `finishReplacing` does the rest.
struct SpoolFiles {
    let directory: String

    var database: String { "\(directory)/spool.db" }
    var building: String { "\(directory)/spool.db.building" }
    /// A copy of a damaged database that SQLite can open.
    var copy: String { "\(directory)/spool.db.copy" }
    private var next: String { "\(directory)/spool.db.next" }
    private var lock: String { "\(directory)/lock" }

    /// A file that earlier versions used to reserve space.
    var ballast: String { "\(directory)/ballast" }

    /// Makes the directory, and checks that files can be created in it and that the existing ones are regular files.
    ///
    /// - Throws: `planted` where a link or anything else has the name of one of the files.
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

    /// The identity of the file that has the database's name; `nil` when there is none.
    var identity: FileIdentity? { FileIdentity(of: database) }

    /// Removes what an interrupted renewal left behind.
    func discardBuilding() {
        for path in [building, copy] { discard(path) }
    }

    /// Removes a database with its log.
    func discard(_ path: String) {
        for suffix in [SQLiteDatabase.logSuffix, "-journal", ""] { unsafe unlink(path + suffix) }
    }

    /// Replaces the database in use by the one that was built, which must be complete and closed.
    ///
    /// - Returns: the name under which the old one was set aside; `nil` when there was none.
    func replace(at instant: Timestamp) throws(SpoolError) -> String? {
        try rename(building, to: next)
        return try finishReplacing(at: instant)
    }

    /// Completes an interrupted replacement; does nothing when there is none.
    func finishReplacing(at instant: Timestamp) throws(SpoolError) -> String? {
        guard unsafe access(next, F_OK) == 0 else { return nil }
        let stamp = String(instant.description.filter { $0.isNumber || $0 == "T" || $0 == "Z" })
        let aside = "\(database).damaged-\(stamp)"
        // The log first: if it stayed, it would be taken for the new database's log.
        try rename(database + SQLiteDatabase.logSuffix, to: aside + SQLiteDatabase.logSuffix)
        let isThere = try rename(database, to: aside)
        try rename(next, to: database)
        try flush()
        return isThere ? aside : nil
    }

    /// Allocates blocks for `bytes` of the write-ahead log, which it keeps when it is written from its start again;
    /// false when there is no room.
    func allocateLog(_ bytes: Int) -> Bool {
        let log = FileDescriptor(unsafe open(database + SQLiteDatabase.logSuffix, O_RDWR | O_NOFOLLOW | O_CLOEXEC))
        var figures = stat()
        guard log.isOpen, unsafe fstat(log.number, &figures) == 0 else { return false }
        return figures.st_size >= bytes || posix_fallocate(log.number, 0, bytes) == 0
    }

    /// Marks the write-ahead log as empty, once the database has all of its content; its blocks stay.
    func retireLog() {
        let log = FileDescriptor(unsafe open(database + SQLiteDatabase.logSuffix, O_WRONLY | O_NOFOLLOW | O_CLOEXEC))
        guard log.isOpen else { return }
        let header = [UInt8](repeating: 0, count: 32)
        _ = unsafe pwrite(log.number, header, header.count, 0)
        fdatasync(log.number)
    }

    /// - Returns: false when there is no file with the old name.
    @discardableResult
    private func rename(_ old: String, to new: String) throws(SpoolError) -> Bool {
        if unsafe Glibc.rename(old, new) == 0 { return true }
        guard errno == ENOENT else { throw .directory(SystemError("rename", old)) }
        return false
    }

    /// Flushes the directory, so that the names of the files are durable.
    private func flush() throws(SpoolError) {
        let descriptor = FileDescriptor(unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard descriptor.isOpen, fsync(descriptor.number) == 0 else {
            throw .directory(SystemError("flush", directory))
        }
    }
}

/// The identity of a file, whatever its name.
struct FileIdentity: Equatable {
    private let device: UInt
    private let inode: UInt

    /// The identity of the file with this name; `nil` when there is none.
    init?(of path: String) {
        var figures = stat()
        guard unsafe stat(path, &figures) == 0 else { return nil }
        device = figures.st_dev
        inode = figures.st_ino
    }
}
