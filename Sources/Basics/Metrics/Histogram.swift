/// Counts observed values by the interval between bounds that they fall into.
package final class Histogram: Sendable {
    /// One reading of a histogram.
    package struct Snapshot: Sendable, Equatable {
        /// The count of the interval below each bound (not cumulative), then of the values above the last bound.
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

    /// Counts `value` as if it were observed `times` times.
    package func observe(_ value: Double, times: Int) {
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[index] += times
            $0.sum += value * Double(times)
        }
    }

    package var snapshot: Snapshot {
        // A separate copy: the counts change in place, and the caller reads them outside the lock.
        state.withLock { Snapshot(counts: $0.counts.map { $0 }, sum: $0.sum) }
    }
}
