/// A value that one thread gives and one task awaits.
///
/// The value passes through a lock and not through a continuation, which the thread sanitizer does not follow when it is
/// resumed before anybody waits.
package final class Promise<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Lock(State())

    package init() {}

    /// Gives the value; only the first one counts.
    package func fulfil(_ value: Value) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.value == nil { state.value = value }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// The value, if it is there already.
    package var fulfilled: Value? { state.withLock { $0.value } }

    /// The value, once it is there; cancellation does not end the wait.
    package var value: Value {
        get async {
            while true {
                if let value = state.withLock({ $0.value }) { return value }
                await withCheckedContinuation { continuation in
                    let isThere = state.withLock { state in
                        if state.value == nil { state.waiter = continuation }
                        return state.value != nil
                    }
                    if isThere { continuation.resume() }
                }
            }
        }
    }
}
