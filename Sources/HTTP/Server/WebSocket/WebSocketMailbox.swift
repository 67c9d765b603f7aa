import Basics

/// What other threads want from the thread of all sockets.
final class WebSocketMailbox: Sendable {
    struct Mail: Sendable {
        var opened: [UpgradedSocket] = []
        /// Sockets for which frames wait.
        var flushes: [WebSocket] = []
        var isStopping = false

        var isEmpty: Bool { opened.isEmpty && flushes.isEmpty }
    }

    private struct State {
        var mail = Mail()
        var open = 0
        /// Whether the thread sleeps, or is about to, and has not been woken.
        var isAsleep = false
        /// Whether nobody collects any more.
        var isEnded = false
    }

    private let state = Lock(State())
    private let wakeup: EventFD

    init() throws(SystemError) { wakeup = try EventFD() }

    var descriptor: Int32 { wakeup.descriptor }

    func drain() { wakeup.drain() }

    /// - Returns: false when the thread has ended; then the caller closes the socket.
    func post(opened socket: UpgradedSocket) -> Bool {
        let isEnded = state.withLock { state in
            if !state.isEnded { state.mail.opened.append(socket) }
            return state.isEnded
        }
        wake { _ in }
        return !isEnded
    }

    /// Does not wake a thread that is awake, such as the sockets' own.
    func post(flush socket: WebSocket) { wake { $0.flushes.append(socket) } }

    func stop() { wake { $0.isStopping = true } }

    private func wake(_ change: (inout Mail) -> Void) {
        let isAsleep = state.withLock { state in
            if !state.isEnded { change(&state.mail) }
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if isAsleep { wakeup.signal() }
    }

    /// Takes what came since the last call; when that is nothing, the next thing wakes the thread.
    ///
    /// - Parameter open: the number of open sockets, without those that came.
    func collect(open: Int) -> Mail {
        state.withLock { state in
            let mail = state.mail
            state.mail = Mail()
            state.open = open + mail.opened.count
            state.isAsleep = mail.isEmpty && !mail.isStopping
            return mail
        }
    }

    /// The number of sockets, including those that the thread does not have yet.
    var count: Int { state.withLock { $0.open + $0.mail.opened.count } }

    /// To be called when the thread does not sleep any more.
    func isAwake() { state.withLock { $0.isAsleep = false } }

    /// Takes nothing more.
    ///
    /// - Returns: the sockets that came last.
    func end() -> [UpgradedSocket] {
        state.withLock { state in
            state.isEnded = true
            state.open = 0
            defer { state.mail = Mail() }
            return state.mail.opened
        }
    }
}
