package import Basics
import Glibc

/// A mail in the queue that this process works on: no other process takes it while this value lives.
///
/// The lock (flock(2)) belongs to the open file. A program that gets the file as its standard input holds it too, also
/// when this process is killed.
package final class KeptMail: Sendable {
    /// What the file is called in a queue.
    enum Kind: String {
        /// A complete mail.
        case whole = ".eml"
        /// A mail whose copy was broken off by a kill.
        case part = ".part"
    }

    /// The path of the mail as Asterisk wrote it.
    package let path: String
    /// The mail, open for reading, locked.
    package let file: FileDescriptor
    /// Bytes.
    package let size: Int
    /// When it was written.
    let written: Timestamp
    let isWhole: Bool

    private var triesPath: String { path + ".tries" }

    /// Locks a mail.
    ///
    /// - Returns: `nil` when another process has it, or it is gone.
    package convenience init?(locking path: String) {
        self.init(path, FileDescriptor(unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)))
    }

    /// Takes a mail whose lock another process, which started this one, holds by the same open file.
    ///
    /// - Parameter descriptor: that open file.
    package convenience init?(path: String, inherited descriptor: Int32) {
        self.init(path, FileDescriptor(fcntl(descriptor, F_DUPFD_CLOEXEC, 3)))
    }

    init?(_ path: String, _ file: consuming FileDescriptor) {
        guard file.isOpen, flock(file.number, LOCK_EX | LOCK_NB) == 0 else { return nil }
        var status = stat()
        var named = stat()
        // Between opening and locking, another process may have sent and removed it.
        guard unsafe fstat(file.number, &status) == 0, unsafe lstat(path, &named) == 0,
            status.st_ino == named.st_ino, status.st_dev == named.st_dev, status.st_mode & S_IFMT == S_IFREG
        else { return nil }
        self.path = path
        self.file = file
        size = Int(status.st_size)
        written = Timestamp(microseconds: Int64(FileStamp(status).modified / 1000))
        isWhole = path.hasSuffix(Kind.whole.rawValue)
    }

    /// Whether it still waits: another process may have sent and removed it.
    package var isThere: Bool {
        var status = stat()
        return unsafe fstat(file.number, &status) == 0 && status.st_nlink > 0
    }

    /// How many attempts to make a new mail of it were begun and broken off, by a kill or a crash.
    package var brokenAttempts: Int {
        var status = stat()
        return unsafe stat(triesPath, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Notes that an attempt begins, so that one that kills the process counts.
    package func beginAttempt() {
        let note = FileDescriptor(unsafe Glibc.open(triesPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600))
        guard note.isOpen else { return }
        try? note.writeAll([ASCII.dot], subject: triesPath)
    }

    /// Notes that no attempt is broken off: the new mail was made, whether or not it was sent.
    package func endAttempts() { _ = unsafe unlink(triesPath) }

    /// Removes the mail, after it was sent.
    ///
    /// A power cut right after this must not bring it back, so that the folder is flushed.
    package func remove() throws(SystemError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw SystemError("unlink", path) }
        endAttempts()
        MailQueue.flushFolder(of: path)
    }

    /// Opens the mail once more, at its begin, for a program that reads it; that program does not share the lock.
    package func open() throws(SystemError) -> FileDescriptor {
        // By the open file: the path may be gone.
        let copy = FileDescriptor(unsafe Glibc.open("/proc/self/fd/\(file.number)", O_RDONLY | O_CLOEXEC))
        if copy.isOpen { return copy }
        let named = FileDescriptor(unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW))
        guard named.isOpen else { throw SystemError("open", path) }
        return named
    }
}
