/// Wakes one waiting task: a ring is remembered until a task waits, several rings count as one.
package final class WakeSignal: Sendable {
    private struct State {
        var isRung = false
        var waits = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Lock(State())

    package init() {}

    package func ring() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.isRung = state.waiter == nil
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Waits for a ring, until `deadline` at most; `nil` waits without a limit.
    ///
    /// - Parameter isCancellable: whether a cancellation of the task ends the wait.
    package func wait(until deadline: ContinuousClock.Instant? = nil, isCancellable: Bool = true) async {
        let number = state.withLock { state in
            state.waits += 1
            return state.waits
        }
        let timer = deadline.map { deadline in
            Task {
                try? await Task.sleep(until: deadline, clock: .continuous)
                self.end(number)
            }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    let isCancelled = isCancellable && Task.isCancelled
                    guard !state.isRung, !isCancelled, deadline.map({ $0 > .now }) ?? true else {
                        state.isRung = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            if isCancellable { self.end(number) }
        }
        timer?.cancel()
    }

    /// Ends this wait if it still lasts.
    private func end(_ number: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waits == number else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
