package import Basics

/// When something was seen, by both clocks.
///
/// Durations and limits use `monotonic`, so that a step of the wall clock changes no state; `wall` is for display.
package struct LiveTime: Sendable, Equatable {
    /// Microseconds of a clock that never steps, since any instant.
    package let monotonic: Int
    package let wall: Timestamp

    package init(monotonic: Int, wall: Timestamp) {
        self.monotonic = monotonic
        self.wall = wall
    }

    static let zero = LiveTime(monotonic: 0, wall: Timestamp(seconds: 0))

    /// This time, earlier by seconds; saturates.
    func earlier(bySeconds seconds: Int) -> LiveTime {
        let bounded = min(max(seconds, 0), Self.mostSeconds)
        return LiveTime(monotonic: monotonic &- bounded &* 1_000_000, wall: wall.adding(seconds: -bounded))
    }

    /// This time, later by seconds; saturates.
    func later(bySeconds seconds: Int) -> LiveTime {
        let bounded = min(max(seconds, 0), Self.mostSeconds)
        return LiveTime(monotonic: monotonic &+ bounded &* 1_000_000, wall: wall.adding(seconds: bounded))
    }

    /// Whole seconds from `start` to this time by the monotonic clock, at least 0.
    func seconds(since start: LiveTime) -> Int { max(monotonic &- start.monotonic, 0) / 1_000_000 }

    /// Milliseconds since 1970.
    var milliseconds: Int { Int(wall.microseconds / 1000) }

    /// A hundred years.
    private static let mostSeconds = 3_155_760_000
}
