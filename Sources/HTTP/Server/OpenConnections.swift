import Basics
import CMicrohttpd
import Glibc

/// The connections of a server that libmicrohttpd answers, so that all are closed before it stops.
///
/// libmicrohttpd 0.9.75 forgets its own error answers, such as that to a malformed header, once `MHD_stop_daemon` has
/// begun, and then reads what it forgot: the process crashes. So no connection may be left by then.
final class OpenConnections: Sendable {
    private struct State {
        var sockets: Set<Int32> = []
        var isEnding = false
    }

    /// How long answers on their way may need once nothing more is read, and libmicrohttpd to close what was aborted.
    private static let patience = Duration.seconds(1)

    private let state = Lock(State())
    private let closing: EventFD

    init() throws(SystemError) { closing = try EventFD() }

    func opened(_ socket: Int32) {
        state.withLock { state in
            state.sockets.insert(socket)
            if state.isEnding { Self.abort(socket) }
        }
    }

    /// Not this server's to close any more: closed, or handed over.
    func closed(_ socket: Int32) {
        let isLast = state.withLock { state in
            state.sockets.remove(socket) != nil && state.isEnding && state.sockets.isEmpty
        }
        if isLast { closing.signal() }
    }

    /// Lets the answers on their way end, reads nothing more, and waits until all connections are closed; blocks for
    /// two seconds at most, when a client does not take its answer.
    ///
    /// - Parameter listener: the socket that new connections come from; it accepts none any more.
    func end(listener: Int32) {
        shutdown(listener, Int32(SHUT_RDWR))
        // The sockets are still open, since `closed` is called before the close and waits for this lock.
        state.withLock { state in
            state.isEnding = true
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RD)) }
        }
        if areClosed() { return }
        state.withLock { state in
            for socket in state.sockets { Self.abort(socket) }
        }
        _ = areClosed()
    }

    /// Disconnects a connected socket, at which Linux sends RST whatever data is still unsent, and forgets what it has
    /// received.
    static func abort(_ socket: Int32) {
        var address = sockaddr()
        address.sa_family = sa_family_t(AF_UNSPEC)
        _ = unsafe connect(socket, &address, socklen_t(MemoryLayout<sockaddr>.size))
        // A Unix socket cannot be disconnected.
        shutdown(socket, Int32(SHUT_RDWR))
    }

    private func areClosed() -> Bool {
        if state.withLock({ $0.sockets.isEmpty }) { return true }
        return Poll.wait(for: .read, on: closing.descriptor, timeout: Self.patience) == .ready
    }
}
