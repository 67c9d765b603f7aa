import Basics
import CMicrohttpd

/// The answer for which a suspended connection waits.
///
/// It ends once, by whatever comes first: the work is done, its time is over, the server stops, or the client has gone.
/// libmicrohttpd frees no suspended connection and forbids resuming any other; so the answer and the suspension change
/// together, under a lock that libmicrohttpd's own threads take only where they hold none of theirs.
final class PendingAnswer: Sendable {
    /// `@unchecked Sendable`: used only while suspended, with the lock held, or on its own thread.
    @safe
    private struct Connection: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private struct State {
        /// Whether its end is decided.
        var isDecided = false
        var response: ServerResponse?
        var isSuspended = false
        var task: Task<Void, Never>?
    }

    private let state = Lock(State())
    private let connection: Connection
    private let deferred: DeferredAnswer
    /// For the thread that waits, where connections are not suspended.
    private let arrival: Promise<ServerResponse>?

    /// - Parameter isAwaited: whether a thread waits for the answer instead of suspending the connection.
    init(_ deferred: DeferredAnswer, on connection: OpaquePointer, isAwaited: Bool) {
        arrival = isAwaited ? Promise() : nil
        self.deferred = deferred
        self.connection = unsafe Connection(pointer: connection)
    }

    var deadline: ContinuousClock.Instant { deferred.deadline }

    /// The answer; `nil` until there is one.
    var response: ServerResponse? { state.withLock { $0.response } }

    /// Waits for the answer, which always comes, at the deadline at the latest.
    var eventualResponse: ServerResponse? { get async { await arrival?.value } }

    /// Starts the work.
    ///
    /// - Parameter didEnd: called when the work has ended, which may be long after its answer was given up.
    func start(didEnd: @escaping @Sendable () -> Void) {
        let task = Task {
            let response = await deferred.work()
            finish { _ in response }
            didEnd()
        }
        let isOver = state.withLock { state in
            if !state.isDecided { state.task = task }
            return state.isDecided
        }
        if isOver { task.cancel() }
    }

    /// Suspends the connection unless the answer is there; only on the thread of the connection.
    ///
    /// - Returns: whether it is suspended now.
    func suspend() -> Bool {
        state.withLock { state in
            guard state.response == nil else { return false }
            unsafe MHD_suspend_connection(connection.pointer)
            state.isSuspended = true
            return true
        }
    }

    /// Answers with the failure and cancels the work; does nothing when the answer is there.
    func giveUp(_ failure: DeferredAnswer.Failure) { finish { deferred in deferred.failed(failure) }?.cancel() }

    /// Whether the connection is suspended and the client has closed it.
    var isClientGone: Bool {
        state.withLock { state in
            unsafe state.isSuspended && cmicrohttpd_is_peer_gone(cmicrohttpd_connection_socket(connection.pointer)) != 0
        }
    }

    /// Sets the answer and resumes the connection; only the first call counts.
    ///
    /// - Returns: the task that does the work, for the first call.
    @discardableResult
    private func finish(_ answer: (DeferredAnswer) -> ServerResponse) -> Task<Void, Never>? {
        let (isFirst, task) = state.withLock { state -> (Bool, Task<Void, Never>?) in
            defer { (state.isDecided, state.task) = (true, nil) }
            return (!state.isDecided, state.task)
        }
        guard isFirst else { return nil }
        let response = answer(deferred)
        state.withLock { state in
            state.response = response
            guard state.isSuspended else { return }
            state.isSuspended = false
            unsafe MHD_resume_connection(connection.pointer)
        }
        arrival?.fulfil(response)
        deferred.didFinish(response)
        return task
    }
}
