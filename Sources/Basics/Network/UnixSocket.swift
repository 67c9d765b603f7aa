package import Glibc

/// Unix domain sockets, for processes on the same machine.
package enum UnixSocket {
    /// The most bytes of a path: the kernel allows 107, and the temporary name in `listen` needs one.
    package static let longestPath = 106

    /// Listens at `path`, to which only this user may connect; replaces what a dead process left there.
    ///
    /// The path exists at every moment: the socket is made under a temporary name and then renamed.
    ///
    /// - Throws: `SystemError`, with `ENAMETOOLONG` when the path has more than `longestPath` bytes.
    package static func listen(at path: String) throws(SystemError) -> FileDescriptor {
        guard path.utf8.count <= longestPath else { throw SystemError("listen on", path, code: ENAMETOOLONG) }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = FileDescriptor(socket(AF_UNIX, type, 0))
        guard descriptor.isOpen else { throw SystemError("socket for", path) }
        // Before `bind`, which creates the file with this mode.
        guard fchmod(descriptor.number, 0o600) == 0 else { throw SystemError("chmod", path) }
        let temporary = path + "~"
        unsafe unlink(temporary)
        let address = try address(temporary)
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

    /// Makes a datagram socket to send messages from.
    package static func messages() throws(SystemError) -> FileDescriptor {
        let descriptor = FileDescriptor(socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        guard descriptor.isOpen else { throw SystemError("socket for", "messages") }
        return descriptor
    }

    /// Sends one message, from a socket that `messages` made.
    ///
    /// - Throws: `SystemError`, with `EAGAIN` when the receiver has no room: this never waits.
    package static func send(
        _ message: [UInt8],
        to name: String,
        from socket: borrowing FileDescriptor
    ) throws(SystemError) {
        let address = try address(name)
        let number = socket.number
        while true {
            let count = unsafe address.withUnsafeBytes { buffer in
                let start = unsafe buffer.assumingMemoryBound(to: sockaddr.self).baseAddress
                let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                return unsafe sendto(number, message, message.count, flags, start, socklen_t(buffer.count))
            }
            guard count < 0 else { return }
            guard errno == EINTR else { throw SystemError("send to", name) }
        }
    }

    /// A name in the form that the kernel takes, `struct sockaddr_un`.
    ///
    /// - Parameter name: a path, or `@` and a name outside of the file system.
    /// - Throws: `SystemError` with `ENAMETOOLONG`.
    package static func address(_ name: String) throws(SystemError) -> [UInt8] {
        guard name.utf8.count <= longestPath + 1 else { throw SystemError("use", name, code: ENAMETOOLONG) }
        let family = unsafe withUnsafeBytes(of: sa_family_t(AF_UNIX)) { unsafe Array($0) }
        return name.hasPrefix("@") ? family + [0] + name.utf8.dropFirst() : family + name.utf8 + [0]
    }

    /// The user at the other end of a connection, as the kernel knows it; `nil` when it is not a Unix domain socket.
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
