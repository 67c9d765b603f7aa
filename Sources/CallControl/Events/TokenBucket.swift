/// Allows so many steps a second on average, and more in a burst; pure.
struct TokenBucket: Sendable {
    private let rate: Double
    private let burst: Double
    private var level: Double
    private var filledAt: ContinuousClock.Instant

    /// - Parameters:
    ///   - rate: steps a second.
    ///   - burst: the most steps at once.
    init(rate: Double, burst: Double, at now: ContinuousClock.Instant = .now) {
        (self.rate, self.burst, level, filledAt) = (rate, burst, burst, now)
    }

    /// Whether a step is allowed now.
    mutating func take(at now: ContinuousClock.Instant = .now) -> Bool {
        level = min(burst, level + max(0, (now - filledAt) / .seconds(1)) * rate)
        filledAt = now
        guard level >= 1 else { return false }
        level -= 1
        return true
    }
}
