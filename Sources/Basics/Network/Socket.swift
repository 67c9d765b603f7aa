import Glibc

/// A non-blocking TCP socket, closed when it is released; one thread uses it.
package final class Socket: ByteStream {
    private let file: FileDescriptor

    package var descriptor: Int32 { file.number }

    /// Takes over a connected descriptor.
    package init(_ file: consuming FileDescriptor) {
        self.file = file
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// Takes over a connected descriptor that does not block.
    init(nonBlocking file: consuming FileDescriptor) { self.file = file }

    /// Connects to `host`, trying its addresses in the order the resolver gives them.
    ///
    /// Blocks.
    ///
    /// - Parameters:
    ///   - timeout: the limit for each address; name resolution takes its own time on top.
    ///   - wakeup: a signal to it ends the attempt with `cancelled`.
    package static func connect(
        host: String,
        port: UInt16,
        timeout: Duration,
        wakeup: EventFD? = nil
    ) throws(NetworkError) -> Socket {
        var lastError = NetworkError.unresolved(host: host, reason: "no address")
        for address in try SocketAddress.resolve(host: host, port: port) {
            do throws(NetworkError) {
                return try connect(to: address, timeout: timeout, wakeup: wakeup)
            } catch {
                if error == .cancelled { throw error }
                lastError = error
            }
        }
        throw lastError
    }

    private static func connect(
        to address: SocketAddress,
        timeout: Duration,
        wakeup: EventFD?
    ) throws(NetworkError) -> Socket {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = FileDescriptor(socket(address.family, type, 0))
        guard descriptor.isOpen else { throw .system(SystemError("socket for", address.description)) }
        let socket = Socket(descriptor)
        let code = unsafe address.withSocketAddress { unsafe Glibc.connect(socket.descriptor, $0, $1) }
        guard code != 0 else { return socket }
        guard errno == EINPROGRESS else { throw .system(SystemError("connect to", address.description)) }
        switch Poll.wait(for: .write, on: socket.descriptor, wakeup: wakeup, timeout: timeout) {
        case .woken: throw .cancelled
        case .timedOut: throw .timedOut("connect to \(address)")
        case .ready: break
        }
        let error = socket.option(SOL_SOCKET, SO_ERROR)
        guard error == 0 else { throw .system(SystemError("connect to", address.description, code: error)) }
        return socket
    }

    package func option(_ level: Int32, _ name: Int32) -> Int32 {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe getsockopt(descriptor, level, name, &value, &size)
        return value
    }

    package func setOption(_ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Detects a dead peer within about 15 s: keepalive probes start after 5 s of silence, every 3 s, three times, and
    /// data may stay unacknowledged for 12 s.
    ///
    /// Asterisk sets no such options on AMI sockets (main/tcptls.c).
    package func detectDeadPeer() {
        setOption(SOL_SOCKET, SO_KEEPALIVE, 1)
        setOption(Int32(IPPROTO_TCP), TCP_KEEPIDLE, 5)
        setOption(Int32(IPPROTO_TCP), TCP_KEEPINTVL, 3)
        setOption(Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
        setOption(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 12_000)
        setOption(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    }

    /// Makes closing this socket send a reset instead of an orderly end.
    package func resetOnClose() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    /// Ends the sending direction: the peer reads to the end, and can still write.
    package func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    package func read(into buffer: inout [UInt8]) throws(NetworkError) -> Int? {
        while true {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 { return count }
            guard count < 0 else { throw .closed }
            switch errno {
            case EINTR: continue
            case EAGAIN: return nil
            default: throw .system(SystemError("read from", "the peer"))
            }
        }
    }

    package func write(_ bytes: Bytes) throws(NetworkError) -> Int? {
        while true {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: return nil
            default: throw .system(SystemError("write to", "the peer"))
            }
        }
    }
}
