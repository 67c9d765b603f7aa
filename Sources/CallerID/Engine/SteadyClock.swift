import Basics

/// A clock that shows the time of the system and never runs backwards.
///
/// While the system's clock is behind what was shown before, this one goes on at the pace of time, so that reservations
/// still end; it shows the system's time again when that has caught up. Times are microseconds since 1970.
struct SteadyClock: Sendable {
    /// A look at both clocks of the system.
    struct Reading: Sendable {
        /// The time of day.
        var time: Int64
        /// A count that only goes up, in microseconds.
        var steady: Int64

        static func now() -> Reading {
            let (seconds, attoseconds) = (ContinuousClock.now - begin).components
            return Reading(
                time: Timestamp.now().microseconds,
                steady: seconds * 1_000_000 + attoseconds / 1_000_000_000_000
            )
        }

        private static let begin = ContinuousClock.now
    }

    private var last: Reading

    /// - Parameter time: what was shown before, such as by an earlier process.
    init(notBefore time: Int64, _ reading: Reading) {
        last = Reading(time: max(time, reading.time), steady: reading.steady)
    }

    mutating func show(_ reading: Reading) -> Int64 {
        let passed = max(reading.steady - last.steady, 0)
        last = Reading(time: max(reading.time, last.time + passed), steady: reading.steady)
        return last.time
    }
}
