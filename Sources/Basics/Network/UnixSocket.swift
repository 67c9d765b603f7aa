package import Glibc

/// Sockets with a name in the file system: for processes of this machine.
package enum UnixSocket {
    /// The most bytes of a path: the kernel has 107, one is for the name that it is made under.
    package static let longestPath = 106

    /// Listens at `path`, which only this user may connect to; what a dead process left there is replaced.
    ///
    /// The name is there at every moment: the socket is made beside it and then takes its place.
    ///
    /// - Throws: `SystemError`, with `ENAMETOOLONG` when the path has more than `longestPath` bytes.
    package static func listen(at path: String) throws(SystemError) -> FileDescriptor {
        guard path.utf8.count <= longestPath else { throw SystemError("listen on", path, code: ENAMETOOLONG) }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = FileDescriptor(socket(AF_UNIX, type, 0))
        guard descriptor.isOpen else { throw SystemError("socket for", path) }
        // Before it has a name: the name is then made with this mode.
        guard fchmod(descriptor.number, 0o600) == 0 else { throw SystemError("chmod", path) }
        let temporary = path + "~"
        unsafe unlink(temporary)
        let family = sa_family_t(AF_UNIX)
        let address = unsafe withUnsafeBytes(of: family) { unsafe Array($0) } + Array(temporary.utf8) + [0]
        let isBound = unsafe address.withUnsafeBytes { buffer in
            let start = unsafe buffer.assumingMemoryBound(to: sockaddr.self).baseAddress
            return unsafe bind(descriptor.number, start, socklen_t(buffer.count)) == 0
        }
        guard isBound else { throw SystemError("listen on", path) }
        guard Glibc.listen(descriptor.number, 64) == 0, unsafe rename(temporary, path) == 0 else {
            let error = SystemError("listen on", path)
            unsafe unlink(temporary)
            throw error
        }
        return descriptor
    }

    /// The user at the other end of a connection, as the kernel knows it; `nil` when it is no such socket.
    package static func peerUser(of connection: Int32) -> uid_t? {
        // struct ucred: process, user, group.
        var credentials: [UInt32] = [0, 0, 0]
        let expected = socklen_t(credentials.count * MemoryLayout<UInt32>.size)
        var size = expected
        guard unsafe getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0, size == expected else {
            return nil
        }
        return credentials[1]
    }
}
