import Basics
import LiveCalls

/// Events a second, over the last whole ten seconds.
struct EventRate: Sendable {
    private var second = 0
    private var counts = Array(repeating: 0, count: 11)

    mutating func add(_ count: Int, at time: LiveTime) {
        move(to: time)
        counts[second % counts.count] += count
    }

    mutating func rate(at time: LiveTime) -> Double {
        move(to: time)
        let before = counts.reduce(0, +) - counts[second % counts.count]
        return Double(before) / Double(counts.count - 1)
    }

    private mutating func move(to time: LiveTime) {
        let now = max(time.monotonic / 1_000_000, second)
        let steps = min(now - second, counts.count)
        for step in 0..<steps { counts[(now - step) % counts.count] = 0 }
        second = now
    }
}

extension LiveState {
    /// Events a second.
    var eventRate: Double {
        let now = clock.now()
        return state.withLock { $0.rate.rate(at: now) }
    }
}
