/// How often values fell below each of some bounds.
package final class Histogram: Sendable {
    /// One reading of a histogram.
    package struct Snapshot: Sendable, Equatable {
        /// The count of each bound's own interval, then of what lies above the last bound.
        package var counts: [Int]
        package var sum: Double

        package init(counts: [Int], sum: Double) {
            self.counts = counts
            self.sum = sum
        }
    }

    package let bounds: [Double]
    private let state: Lock<Snapshot>

    /// - Parameter bounds: upper bounds, ascending.
    package init(bounds: [Double]) {
        self.bounds = bounds
        state = Lock(Snapshot(counts: Array(repeating: 0, count: bounds.count + 1), sum: 0))
    }

    package func observe(_ value: Double) { observe(value, times: 1) }

    /// Counts `value` as many times at once.
    package func observe(_ value: Double, times: Int) {
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[index] += times
            $0.sum += value * Double(times)
        }
    }

    package var snapshot: Snapshot {
        // A copy of its own: the counts change in place, and who reads them has left the lock by then.
        state.withLock { Snapshot(counts: $0.counts.map { $0 }, sum: $0.sum) }
    }
}
