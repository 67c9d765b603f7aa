package import Basics

/// Decides how many requests may be in flight.
///
/// Normally up to the limit; none for a while after a failure; then one as a probe, and twice as many after each
/// success.
package struct DeliveryPace: Sendable {
    /// A moment on the monotonic clock.
    package typealias Instant = ContinuousClock.Instant

    /// The pause after the last failure.
    package struct Pause: Sendable, Equatable {
        package let reason: PauseReason
        /// When the probe may be sent.
        package fileprivate(set) var until: Instant
        /// Until when the API asked us to wait.
        fileprivate var asked: Instant
    }

    private let limit: Int
    private var backoff: Backoff
    private var correction: Backoff
    private var current: Int
    /// The current pause, from a failure to the next success.
    package private(set) var pause: Pause?

    /// The longest wait accepted from the API; a longer one counts as a mistake.
    private static let longestRetryAfter = Duration.seconds(3600)

    /// - Parameters:
    ///   - limit: the most requests at once.
    ///   - backoff: for failures that may pass by themselves, with jitter.
    ///   - correction: for failures that an administrator must correct, without jitter.
    package init(
        limit: Int,
        backoff: Backoff = Backoff(base: .seconds(1), cap: .seconds(300)),
        correction: Backoff = Backoff(base: .seconds(60), cap: .seconds(300))
    ) {
        self.limit = limit
        self.backoff = backoff
        self.correction = correction
        current = limit
    }

    /// Starts with one request as a probe, as after a failure.
    package mutating func beginWithProbe() { current = 1 }

    /// The number of requests that may be in flight at `now`.
    package func allowance(at now: Instant) -> Int {
        if let pause, now < pause.until { return 0 }
        return current
    }

    /// Records a success; it does not shorten a wait that the API asked for.
    package mutating func succeeded(at now: Instant) {
        if let asked = pause?.asked, now < asked {
            pause?.until = asked
            return
        }
        pause = nil
        backoff.reset()
        correction.reset()
        current = min(limit, current * 2)
    }

    /// Records a failure.
    ///
    /// Requests that were in flight together count as one failure, unless a later one is worse.
    ///
    /// - Parameter retryAfter: the wait that the API asked for; the longer of the two waits applies.
    /// - Returns: how long no requests are sent.
    @discardableResult
    package mutating func failed(
        _ reason: PauseReason = .transient,
        at now: Instant,
        retryAfter: Duration?,
        using generator: inout some RandomNumberGenerator
    ) -> Duration {
        current = 1
        let asked = max(now + Self.clamped(retryAfter), pause?.asked ?? now)
        if let known = pause, now < known.until {
            pause?.asked = asked
            let until = max(known.until, asked)
            pause?.until = until
            guard reason > known.reason else { return until - now }
        }
        let wait = reason == .transient ? backoff.next(using: &generator) : correction.nextCeiling()
        let until = max(now + wait, asked, pause?.until ?? now)
        pause = Pause(reason: reason, until: until, asked: asked)
        return until - now
    }

    private static func clamped(_ retryAfter: Duration?) -> Duration {
        min(max(retryAfter ?? .zero, .zero), longestRetryAfter)
    }
}
