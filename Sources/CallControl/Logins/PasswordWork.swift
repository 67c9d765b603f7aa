package import Basics

/// Computes hashes of passwords on threads of their own: two at a time, since each takes 16 MiB and a processor.
package final class PasswordWork: Sendable {
    /// What is computed; tests replace it.
    package struct Functions: Sendable {
        package var matches: @Sendable (PasswordHash, Secret) -> Bool = { $0.matches($1) }
        package var make: @Sendable (Secret) -> PasswordHash? = { PasswordHash(of: $0) }

        package init() {}
    }

    private struct State {
        var running = 0
        var waiting = Queue<Promise<Void>>()
    }

    static let runningLimit = 2
    static let waitingLimit = 16

    private let functions: Functions
    private let state = Lock(State())

    package init(_ functions: Functions = Functions()) { self.functions = functions }

    /// How many wait for their turn.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Runs `body` on a thread of its own, when its turn comes.
    ///
    /// - Throws: `LoginError.busy` when too many wait, or the task was cancelled meanwhile.
    func perform<Result: Sendable>(
        _ body: @escaping @Sendable (Functions) -> Result
    ) async throws(LoginError) -> Result {
        try await takeTurn()
        defer { leave() }
        guard !Task.isCancelled else { throw .busy }
        do throws(SystemError) {
            return try await Thread.run("password") { [functions] in body(functions) }
        } catch {
            throw .busy
        }
    }

    private func takeTurn() async throws(LoginError) {
        let turn = Promise<Void>()
        let mustWait = state.withLock { state -> Bool? in
            guard state.running == Self.runningLimit else {
                state.running += 1
                return false
            }
            guard state.waiting.count < Self.waitingLimit else { return nil }
            state.waiting.append(turn)
            return true
        }
        guard let mustWait else { throw .busy }
        if mustWait { await turn.value }
    }

    /// Hands the turn to the next one.
    private func leave() {
        let next = state.withLock { state -> Promise<Void>? in
            guard let first = state.waiting.first else {
                state.running -= 1
                return nil
            }
            state.waiting.removeFirst()
            return first
        }
        next?.fulfil(())
    }
}
