package import Basics

/// The last five minutes, second by second, and the current rates.
///
/// A plain value of a fixed size; the caller passes the time.
package struct LiveHistory: Sendable {
    /// Totals since the start, and the current state.
    package struct Totals: Sendable, Equatable {
        /// Events from Asterisk, ignored ones included.
        package var events = 0
        package var received = 0
        package var delivered = 0
        /// Records in the spool at this moment.
        package var waiting = 0
        /// The latencies of delivered records: their sum, and the number in each bucket.
        package var latencies = Histogram.Snapshot(counts: [], sum: 0)

        package init() {}
    }

    /// One second of the chart; all rates are means of the last five seconds.
    package struct Point: Sendable, Equatable {
        /// Events per second; `received` and `delivered` are records per second.
        package var events: Double
        package var received: Double
        package var delivered: Double
        /// Records in the spool at that moment.
        package var waiting: Int
    }

    private struct Sample {
        let instant: ContinuousClock.Instant
        let totals: Totals
    }

    /// The number of points that are kept.
    package static let length = 300
    /// The seconds over which rates are averaged; single seconds would show each batch as a spike.
    package static let span = 5

    /// The points, oldest first.
    package private(set) var points: [Point] = []
    /// The samples of the last seconds, for the rates.
    private var samples: [Sample] = []
    /// A sample every ten seconds, for the latency.
    private var marks: [Sample] = []
    private let bounds: [Double]

    /// - Parameter bounds: the bounds of the histogram of latencies, in seconds.
    package init(bounds: [Double]) { self.bounds = bounds }

    /// Adds a sample at `instant`, at least a second after the last one.
    package mutating func add(_ totals: Totals, at instant: ContinuousClock.Instant) {
        let sample = Sample(instant: instant, totals: totals)
        samples.append(sample)
        if samples.count > Self.span + 1 { samples.removeFirst() }
        if marks.last.map({ instant - $0.instant >= .seconds(10) }) ?? true {
            marks.append(sample)
            if marks.count > Self.length / 10 { marks.removeFirst() }
        }
        guard let first = samples.first, samples.count > 1 else { return }
        let seconds = (instant - first.instant) / .seconds(1)
        func rate(_ path: KeyPath<Totals, Int>) -> Double {
            let perSecond = Double(totals[keyPath: path] - first.totals[keyPath: path]) / max(seconds, 0.001)
            return (max(perSecond, 0) * 10).rounded() / 10
        }
        points.append(
            Point(
                events: rate(\.events),
                received: rate(\.received),
                delivered: rate(\.delivered),
                waiting: totals.waiting
            )
        )
        if points.count > Self.length { points.removeFirst() }
    }

    /// The current rates.
    package var rates: LiveRates {
        guard let point = points.last else { return LiveRates() }
        var rates = LiveRates(events: point.events, received: point.received, delivered: point.delivered)
        guard let now = samples.last?.totals.latencies, let before = marks.first?.totals.latencies,
            now.counts.count == before.counts.count
        else { return rates }
        let counts = zip(now.counts, before.counts).map { $0 - $1 }
        rates.deliveries = counts.reduce(0, +)
        guard rates.deliveries > 0 else { return rates }
        rates.averageLatency = (now.sum - before.sum) / Double(rates.deliveries)
        var below = 0
        for (bound, count) in zip(bounds, counts) {
            below += count
            if below * 20 >= rates.deliveries * 19 {
                rates.latencyBound = bound
                break
            }
        }
        return rates
    }
}
