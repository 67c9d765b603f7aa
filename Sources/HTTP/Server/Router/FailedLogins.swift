package import Basics

/// Failed logins by address: after `limit` failures in a `window`, wrong credentials are answered only with "try later"
/// for a window.
///
/// Right credentials are never refused, so clients behind the same proxy are not locked out. For IPv6 a 64-bit network
/// counts as one address. When there are too many addresses, the oldest entry makes room.
package final class FailedLogins: Sendable {
    private struct Entry {
        var count = 0
        var end: ContinuousClock.Instant
        let number: Int
    }

    private struct State {
        var entries: [[UInt8]: Entry] = [:]
        /// The keys in the order of their numbers; some may have a newer entry by now, or none.
        var order: [(key: [UInt8], number: Int)] = []
        var oldest = 0
        var number = 0
    }

    private let state = Lock(State())
    private let limit: Int
    private let window: Duration
    private let capacity: Int

    /// - Parameter capacity: the most addresses that are remembered at once.
    package init(limit: Int = 20, window: Duration = .seconds(60), capacity: Int = 10_000) {
        self.limit = limit
        self.window = window
        self.capacity = max(capacity, 1)
    }

    package var addressCount: Int { state.withLock { $0.entries.count } }

    /// Counts a failure.
    ///
    /// - Parameter address: `nil` for all clients that have none.
    /// - Returns: for how long further failures are refused; `nil` while the limit is not reached.
    package func record(_ address: IPAddress?, now: ContinuousClock.Instant = .now) -> Duration? {
        let key = address?.network ?? []
        return state.withLock { state in
            if let entry = state.entries[key], entry.end <= now { state.entries[key] = nil }
            if state.entries[key] == nil {
                state.number += 1
                state.entries[key] = Entry(end: now + window, number: state.number)
                state.order.append((key, state.number))
                makeRoom(&state)
            }
            guard var entry = state.entries[key] else { return nil }
            defer { state.entries[key] = entry }
            guard entry.count < limit else { return entry.end - now }
            entry.count += 1
            if entry.count == limit { entry.end = now + window }
            return nil
        }
    }

    private func makeRoom(_ state: inout State) {
        while state.entries.count > capacity, state.oldest < state.order.count {
            let (key, number) = state.order[state.oldest]
            state.oldest += 1
            if state.entries[key]?.number == number { state.entries[key] = nil }
        }
        if state.order.count > 2 * capacity {
            state.order = state.order[state.oldest...].filter { state.entries[$0.key]?.number == $0.number }
            state.oldest = 0
        }
    }
}
