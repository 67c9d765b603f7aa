import Glibc

extension Socket {
    /// Connects to the Unix domain socket at `path`.
    ///
    /// Does not wait: a listener whose queue is full refuses with `EAGAIN`.
    package static func connect(path: String) throws(NetworkError) -> Socket {
        do throws(SystemError) {
            let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            let descriptor = FileDescriptor(socket(AF_UNIX, type, 0))
            guard descriptor.isOpen else { throw SystemError("socket for", path) }
            let address = try UnixSocket.address(path)
            let number = descriptor.number
            let isConnected = unsafe address.withUnsafeBytes { buffer in
                let start = unsafe buffer.assumingMemoryBound(to: sockaddr.self).baseAddress
                return unsafe Glibc.connect(number, start, socklen_t(buffer.count)) == 0
            }
            guard isConnected else { throw SystemError("connect to", path) }
            return Socket(descriptor)
        } catch {
            throw .system(error)
        }
    }
}
