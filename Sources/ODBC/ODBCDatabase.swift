import Basics

/// A database that is asked on a thread of its own; no caller waits beyond its deadline.
///
/// **Deadlines.** A driver that hangs keeps its thread: the caller gets `ODBCError.timedOut`, the thread is given up with
/// its connection, and the next request gets a new one. After `limit` threads that hang, requests fail with `.stalled`
/// until one of them ends. A request that has not begun by its deadline never begins; one that has may still happen.
///
/// **Connection.** It is opened by the first request, kept, tested before it is used again, and closed after each error.
///
/// ```swift
/// let database = ODBCDatabase(configuration)
/// let count = try await database.perform { connection throws(ODBCError) in
///     try connection.rows("SELECT count(*) FROM cdr").rows
/// }
/// ```
package final class ODBCDatabase: Sendable {
    private struct State {
        var thread: ODBCThread?
        var hanging = 0
    }

    package let configuration: ODBCConfiguration
    private let state = Lock(State())
    /// The threads that may hang at a time.
    static let limit = 3

    package init(_ configuration: ODBCConfiguration) { self.configuration = configuration }

    deinit { state.withLock { $0.thread }?.stop() }

    /// Runs `body` with the connection, one request after the other.
    ///
    /// - Parameters:
    ///   - limit: the longest wait, connecting included.
    ///   - body: runs on the database's thread and may block. It must not keep the connection.
    /// - Throws: what `body` throws, or why it could not run. Cancelling ends the wait, not `body`.
    package func perform<Result: Sendable>(
        within limit: Duration = .seconds(60),
        _ body: @escaping @Sendable (ODBCConnection) throws(ODBCError) -> Result
    ) async throws(ODBCError) -> Result {
        let promise = Promise<Swift.Result<Result, ODBCError>>()
        let thread = try thread()
        thread.append { connection in
            guard promise.fulfilled == nil else { return true }
            do throws(ODBCError) {
                promise.fulfil(.success(try body(try connection())))
                return true
            } catch {
                promise.fulfil(.failure(error))
                return false
            }
        }
        let seconds = Int(limit.components.seconds)
        let timer = Task {
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            promise.fulfil(.failure(.timedOut(seconds: seconds)))
        }
        defer { timer.cancel() }
        let result = await withTaskCancellationHandler {
            await promise.value
        } onCancel: {
            promise.fulfil(.failure(.cancelled))
        }
        switch result {
        case .success(let value): return value
        case .failure(let error):
            if case .timedOut = error { giveUp(thread) }
            throw error
        }
    }

    private func thread() throws(ODBCError) -> ODBCThread {
        try state.withLock { state throws(ODBCError) in
            if let thread = state.thread { return thread }
            guard state.hanging < Self.limit else { throw .stalled }
            let thread = try ODBCThread(configuration)
            state.thread = thread
            return thread
        }
    }

    /// Leaves a thread that hangs to itself; it ends when the driver returns.
    private func giveUp(_ thread: ODBCThread) {
        let isFirst = state.withLock { state in
            guard state.thread === thread else { return false }
            state.thread = nil
            state.hanging += 1
            return true
        }
        guard isFirst else { return }
        thread.stop { [weak self] in self?.state.withLock { $0.hanging -= 1 } }
    }
}
