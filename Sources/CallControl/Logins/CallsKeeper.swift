package import Basics

/// The one thread that uses the store, and the queue before it.
///
/// What one use changes in memory, too, is in the same order as in the store, since uses never overlap.
package final class CallsKeeper: Sendable {
    /// Too much waits for the disk.
    package struct Busy: Error {}

    private actor Room {
        private let store: CallsStore
        private let worker: Worker

        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe worker.asUnownedSerialExecutor() }

        init(_ store: sending CallsStore, _ worker: Worker) {
            self.store = store
            self.worker = worker
        }

        func run<Result: Sendable>(_ body: @Sendable (CallsStore) throws -> Result) throws -> Result {
            try body(store)
        }
    }

    private struct State {
        var waiting = 0
        var problem: String?
    }

    /// The most uses that are at work or wait.
    static let limit = 256

    private let room: Room
    private let state = Lock(State())
    private let log: Logger

    /// - Throws: when the system refuses a thread.
    package init(_ store: sending CallsStore, log: Logger) throws(SystemError) {
        room = Room(store, try Worker("calls-store"))
        self.log = log
    }

    /// Why the last use failed; `nil` when it did not.
    package var problem: String? { state.withLock { $0.problem } }

    /// How many uses are at work or wait.
    var waitingCount: Int { state.withLock { $0.waiting } }

    /// Runs `body` on the thread of the store.
    ///
    /// - Throws: `Busy`, or what `body` throws.
    package func use<Result: Sendable>(_ body: @Sendable (CallsStore) throws -> Result) async throws -> Result {
        let isFree = state.withLock { state in
            guard state.waiting < Self.limit else { return false }
            state.waiting += 1
            return true
        }
        guard isFree else { throw Busy() }
        do {
            let result = try await room.run(body)
            note(nil)
            return result
        } catch {
            note(error)
            throw error
        }
    }

    private func note(_ error: (any Error)?) {
        let problem = Self.fault(error).map { "\($0)" }
        state.withLock { state in
            state.waiting -= 1
            state.problem = problem
        }
        if let problem { log.error("database of calls failed", [.init(own: "error", problem)]) }
    }

    /// The error of the store; `nil` for an answer that is just not what the caller wanted.
    private static func fault(_ error: (any Error)?) -> CallsStoreError? {
        if case .store(let error)? = error as? AccountError { return error }
        return error as? CallsStoreError
    }
}
