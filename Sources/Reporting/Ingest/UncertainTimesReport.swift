package import CallRecords

/// What is new among the records with an uncertain time, and whether it is time to warn of it: once an hour.
package struct UncertainTimesReport {
    private var reported = UncertainTimes()
    private var warnedAt: ContinuousClock.Instant?
    private var warned = UncertainTimes()

    private static let interval = Duration.seconds(3600)

    package struct News {
        /// How many more there are than before.
        package let counts: [(source: TimeSource, count: Int)]
        /// How many there are since the last warning, if it is time for one.
        package let toWarnOf: [TimeSource: Int]?
    }

    package init() {}

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
