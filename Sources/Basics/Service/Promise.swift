/// A value that one thread sets and one task awaits.
///
/// The value passes through a lock and not through a continuation: the thread sanitizer does not follow a continuation
/// that is resumed before a task waits.
package final class Promise<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Lock(State())

    package init() {}

    /// Sets the value; only the first call counts.
    package func fulfil(_ value: Value) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.value == nil { state.value = value }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// The value, if it is already set.
    package var fulfilled: Value? { state.withLock { $0.value } }

    /// The value, once it is set; cancellation does not end the wait.
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
