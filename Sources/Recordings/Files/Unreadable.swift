package import Basics
import Glibc

/// A file or folder that cannot be read, with the facts that an administrator needs to fix that.
package struct Unreadable: Error, Sendable, Equatable, CustomStringConvertible {
    package let path: [UInt8]
    /// Why it cannot be read.
    package let error: SystemError
    /// Owner, group and mode; `nil` when they are unknown too.
    package let access: Access?

    /// Owner, group and mode of a file.
    package struct Access: Sendable, Equatable {
        package let user: Int
        package let group: Int
        package let mode: Int
    }

    init(path: [UInt8], error: SystemError, status: stat?) {
        self.path = path
        self.error = error
        access = status.map {
            Access(user: Int($0.st_uid), group: Int($0.st_gid), mode: Int($0.st_mode & 0o7777))
        }
    }

    package var description: String { "\(path[...].text) \(explanation)" }

    /// What happened and what to do, as text to follow the path.
    package var explanation: String {
        let failure = "cannot be read: \(error.reason)"
        if error.code == EMFILE || error.code == ENFILE {
            return "\(failure); raise LimitNOFILE= or 'ulimit -n', it is tried again"
        }
        guard let access, error.code == EACCES || error.code == EPERM else {
            return "\(failure); check the disk and the mount, it is tried again"
        }
        let mode = String(access.mode, radix: 8)
        return """
            \(failure): it belongs to \(access.user):\(access.group) with mode 0\(mode), and this process is \
            \(geteuid()):\(getegid()); let this user read it, or in a container set PUID=\(access.user) and \
            PGID=\(access.group)
            """
    }
}
