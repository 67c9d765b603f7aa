private import CLinux
import Glibc

/// A listening TCP socket.
package final class Listener: Sendable {
    private let file: FileDescriptor

    /// The port that it listens on, also when port 0 was requested.
    package let port: UInt16

    /// Binds the first address of `host` that works and listens on it.
    ///
    /// - Parameter backlog: the most connections that wait for `accept`; the kernel allows `net.core.somaxconn`.
    package init(host: String, port: UInt16, backlog: Int32 = 128) throws(NetworkError) {
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
            guard bound, listen(descriptor.number, backlog) == 0 else {
                lastError = .system(SystemError("listen on", address.description))
                continue
            }
            self.port = SocketAddress(boundTo: descriptor.number).port
            file = descriptor
            return
        }
        throw lastError
    }

    /// What to watch for reading, for a thread that also watches other descriptors.
    package var descriptor: Int32 { file.number }

    /// The next connection; `nil` when none waits.
    ///
    /// Does not block. An error such as `EMFILE` stays until something changes, and the descriptor stays readable.
    package func acceptWaiting() throws(NetworkError) -> Socket? {
        while true {
            let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            let connection = FileDescriptor(accept4(file.number, nil, nil, flags))
            if connection.isOpen { return Socket(nonBlocking: connection) }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EAGAIN: return nil
            default: throw .system(SystemError("accept on port", "\(port)"))
            }
        }
    }

    /// Stops listening: connections that wait to be accepted, and later ones, are refused.
    package func stop() { shutdown(file.number, Int32(SHUT_RDWR)) }

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
