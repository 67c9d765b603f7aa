import Basics

/// A gate at which handlers of a test wait, with counts of what happened to them.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var arrived = 0
        var cancelled = 0
        var left = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Lock(State())

    func open() {
        resume { state in
            state.isOpen = true
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
    }

    /// Waits until it is open.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    func pass() async throws {
        defer {
            resume {
                $0.left += 1; return []
            }
        }
        await wait(hears: true)
        try Task.checkCancellation()
    }

    /// Waits until it is open, whether or not the task is cancelled.
    func passDeaf() async {
        defer {
            resume {
                $0.left += 1; return []
            }
        }
        await wait(hears: false)
    }

    func arrived(_ count: Int) async { await until { $0.arrived >= count } }
    func cancelled(_ count: Int) async { await until { $0.cancelled >= count } }
    func left(_ count: Int) async { await until { $0.left >= count } }

    private func wait(hears: Bool) async {
        let number = state.withLock { state in
            state.arrived += 1
            return state.arrived
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                resume { state in
                    guard !state.isOpen, !(hears && Task.isCancelled) else { return [continuation] }
                    state.waiters[number] = continuation
                    return []
                }
            }
        } onCancel: {
            resume { state in
                state.cancelled += 1
                return hears ? state.waiters.removeValue(forKey: number).map { [$0] } ?? [] : []
            }
        }
    }

    private func until(_ condition: @escaping @Sendable (State) -> Bool) async {
        while !state.withLock({ condition($0) }) {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if !condition(state) { state.watchers.append(continuation) }
                    return condition(state)
                }
                if isDone { continuation.resume() }
            }
        }
    }

    /// Changes the state, and wakes the waiters that `change` returns and all watchers.
    private func resume(_ change: (inout State) -> [CheckedContinuation<Void, Never>]) {
        let continuations = state.withLock { state in
            defer { state.watchers = [] }
            return change(&state) + state.watchers
        }
        for continuation in continuations { continuation.resume() }
    }
}
