import Basics
import Glibc

/// The lock on a spool's directory, held by one process at a time; it is released with this value.
final class SpoolLock {
    private let descriptor: FileDescriptor
    private let path: String
    private let identity: FileIdentity?

    init(directory: String, spool: String) throws(SpoolError) {
        path = "\(directory)/lock"
        descriptor = FileDescriptor(unsafe open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600))
        guard descriptor.isOpen else { throw .directory(SystemError("open", path)) }
        guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 else {
            throw errno == EWOULDBLOCK ? .locked(path: spool) : .directory(SystemError("flock", path))
        }
        identity = FileIdentity(of: path)
    }

    /// Whether the directory is still the one that was locked.
    var holds: Bool { FileIdentity(of: path) == identity }
}
