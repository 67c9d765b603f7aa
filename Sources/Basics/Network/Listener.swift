private import CLinux
import Glibc

/// A listening TCP socket.
package final class Listener: Sendable {
    private let file: FileDescriptor

    /// The port that it listens on, also when port 0 was requested.
    package let port: UInt16

    /// Binds the first address of `host` that works and listens on it.
    package init(host: String, port: UInt16) throws(NetworkError) {
        var lastError = NetworkError.unresolved(host: host, reason: "no address")
        for address in try SocketAddress.resolve(host: host, port: port, passive: true) {
            let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            let descriptor = FileDescriptor(socket(address.family, type, 0))
            var enabled: Int32 = 1
            _ = unsafe setsockopt(
                descriptor.number,
                SOL_SOCKET,
                SO_REUSEADDR,
                &enabled,
                socklen_t(MemoryLayout<Int32>.size)
            )
            let bound = unsafe address.withSocketAddress { unsafe bind(descriptor.number, $0, $1) } == 0
            guard bound, listen(descriptor.number, 128) == 0 else {
                lastError = .system(SystemError("listen on", address.description))
                continue
            }
            self.port = SocketAddress(boundTo: descriptor.number).port
            file = descriptor
            return
        }
        throw lastError
    }

    /// The next connection; `nil` once `wakeup` was signalled.
    ///
    /// Blocks.
    package func accept(wakeup: EventFD) throws(NetworkError) -> Socket? {
        while true {
            switch Poll.wait(for: .read, on: file.number, wakeup: wakeup) {
            case .woken: return nil
            case .timedOut: continue
            case .ready: break
            }
            let connection = FileDescriptor(accept4(file.number, nil, nil, Int32(SOCK_CLOEXEC.rawValue)))
            if connection.isOpen { return Socket(connection) }
            guard [EINTR, ECONNABORTED, EAGAIN].contains(errno) else {
                throw .system(SystemError("accept on port", "\(port)"))
            }
        }
    }
}
