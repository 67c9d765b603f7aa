package import Basics

/// How many requests may be in flight: all that are allowed while things go well, none for a while after a failure, then
/// one as a probe, and after its success twice as many at each further one.
package struct DeliveryPace: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// What the last failure led to.
    package struct Pause: Sendable, Equatable {
        package let reason: PauseReason
        /// When the probe may go.
        package fileprivate(set) var until: Instant
        /// Until when the API asked us to wait.
        fileprivate var asked: Instant
    }

    private let limit: Int
    private var backoff: Backoff
    private var correction: Backoff
    private var current: Int
    /// There from a failure to the next success.
    package private(set) var pause: Pause?

    /// What the API may ask for at most; more is taken for a mistake.
    private static let longestRetryAfter = Duration.seconds(3600)

    /// - Parameters:
    ///   - limit: requests at once.
    ///   - backoff: after a failure that may pass by itself, with chance.
    ///   - correction: after one that an administrator has to correct, without.
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

    /// Begins with one request as a probe, as after a failure.
    package mutating func beginWithProbe() { current = 1 }

    /// Requests that may be in flight at `now`.
    package func allowance(at now: Instant) -> Int {
        if let pause, now < pause.until { return 0 }
        return current
    }

    /// A request succeeded; one that was in flight with a failed one shortens no wait that the API asked for.
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

    /// A request failed; those that were in flight with it count as the same failure, unless they tell of a worse one.
    ///
    /// - Parameter retryAfter: the wait that the API asked for; the longer one counts.
    /// - Returns: how long nothing is sent.
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
