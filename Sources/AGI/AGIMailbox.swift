import Basics

/// Answers on their way to the server's thread, and the order to stop.
final class AGIMailbox: Sendable {
    struct Mail {
        var answers: [(session: UInt64, answer: AGIAnswer)] = []
        var isStopping = false
    }

    private struct State {
        var mail = Mail()
        /// Whether the server's thread sleeps, or is about to, and has not been woken.
        var isAsleep = false
    }

    private let state = Lock(State())
    private let wakeup: EventFD

    init() throws(SystemError) { wakeup = try EventFD() }

    /// What wakes the thread.
    var descriptor: Int32 { wakeup.descriptor }

    func drain() { wakeup.drain() }

    /// Does not wake a thread that is awake, such as the server's own.
    func post(_ answer: AGIAnswer, for session: UInt64) {
        wake { $0.answers.append((session, answer)) }
    }

    func stop() { wake { $0.isStopping = true } }

    private func wake(_ change: (inout Mail) -> Void) {
        let isAsleep = state.withLock { state in
            change(&state.mail)
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if isAsleep { wakeup.signal() }
    }

    /// The answers since the last call; when there are none, the next one wakes the thread.
    func collect() -> Mail {
        state.withLock { state in
            let mail = state.mail
            state.mail.answers = []
            state.isAsleep = mail.answers.isEmpty
            return mail
        }
    }

    /// To be called when the thread does not sleep any more.
    func isAwake() { state.withLock { $0.isAsleep = false } }
}
