package import CallRecords

/// Finds new records with an uncertain time, and decides when to warn: once an hour.
package struct UncertainTimesReport {
    private var reported = UncertainTimes()
    private var warnedAt: ContinuousClock.Instant?
    private var warned = UncertainTimes()

    private static let interval = Duration.seconds(3600)

    /// The new records with an uncertain time.
    package struct News {
        /// The number of new ones since the last call, by source.
        package let counts: [(source: TimeSource, count: Int)]
        /// The number since the last warning; `nil` when no warning is due.
        package let toWarnOf: [TimeSource: Int]?
    }

    package init() {}

    /// Compares the counts with those of the last call.
    ///
    /// - Returns: `nil` when nothing is new.
    package mutating func news(_ times: UncertainTimes, at now: ContinuousClock.Instant) -> News? {
        guard times != reported else { return nil }
        let before = reported
        reported = times
        let counts = TimeSource.allCases.map { ($0, times[$0] - before[$0]) }
        guard warnedAt.map({ now - $0 >= Self.interval }) ?? true else { return News(counts: counts, toWarnOf: nil) }
        let since = warned
        (warnedAt, warned) = (now, times)
        let total = TimeSource.allCases.map { ($0, times[$0] - since[$0]) }
        return News(counts: counts, toWarnOf: Dictionary(uniqueKeysWithValues: total))
    }
}
