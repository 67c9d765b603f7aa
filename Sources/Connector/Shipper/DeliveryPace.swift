package import Basics

/// How many requests may be in flight: all that are allowed while things go well, none for a while after a failure, then
/// one as a probe, and after its success twice as many at each further one.
package struct DeliveryPace: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private let limit: Int
    private var backoff: Backoff
    private var current: Int
    /// Until when nothing is sent.
    package private(set) var pausedUntil: Instant?

    /// What the API may ask for at most; more is taken for a mistake.
    private static let longestRetryAfter = Duration.seconds(3600)

    /// - Parameter limit: requests at once.
    package init(limit: Int, backoff: Backoff = Backoff(base: .seconds(1), cap: .seconds(300))) {
        self.limit = limit
        self.backoff = backoff
        current = limit
    }

    /// Requests that may be in flight at `now`.
    package func allowance(at now: Instant) -> Int {
        if let pausedUntil, now < pausedUntil { return 0 }
        return current
    }

    package mutating func succeeded() {
        pausedUntil = nil
        backoff.reset()
        current = min(limit, current * 2)
    }

    /// A request failed; those that were in flight with it count as the same failure.
    ///
    /// - Parameter retryAfter: the wait that the API asked for; the longer one counts.
    package mutating func failed(
        at now: Instant,
        retryAfter: Duration?,
        using generator: inout some RandomNumberGenerator
    ) {
        if let pausedUntil, now < pausedUntil {
            self.pausedUntil = max(pausedUntil, now + Self.clamped(retryAfter))
            return
        }
        current = 1
        pausedUntil = now + max(backoff.next(using: &generator), Self.clamped(retryAfter))
    }

    private static func clamped(_ retryAfter: Duration?) -> Duration {
        min(max(retryAfter ?? .zero, .zero), longestRetryAfter)
    }
}
