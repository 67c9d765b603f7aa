import Basics

/// Lets one task after the other work, in the order in which they came.
final class Turns: Sendable {
    private struct State {
        var isTaken = false
        var waiting: [Promise<Void>] = []
    }

    private let state = Lock(State())

    /// Runs `body` when all that came before are done; cancelling does not end the wait.
    func take<Result: Sendable, Failure: Error>(
        _ body: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let promise = state.withLock { state -> Promise<Void>? in
            guard state.isTaken else {
                state.isTaken = true
                return nil
            }
            let promise = Promise<Void>()
            state.waiting.append(promise)
            return promise
        }
        await promise?.value
        defer { leave() }
        return try await body()
    }

    private func leave() {
        let next = state.withLock { state -> Promise<Void>? in
            guard !state.waiting.isEmpty else {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.fulfil(())
    }
}
