import Basics
import LiveCalls

/// The time of the live model: microseconds since the start of the service, and the wall clock.
struct LiveClock: Sendable {
    private let start = ContinuousClock.now

    init() {}

    func now() -> LiveTime {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return LiveTime(
            monotonic: Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000),
            wall: .now()
        )
    }
}
