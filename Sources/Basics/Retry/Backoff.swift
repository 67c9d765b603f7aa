/// Delays between attempts: exponential growth with full jitter.
///
/// The n-th delay (from 0) is a random share of `min(cap, base * 2^n)`: with base 1 s and cap 300 s at most
/// 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300 … seconds, half of that on average.
package struct Backoff: Sendable {
    private let base: Duration
    private let cap: Duration
    private var attempts = 0

    package init(base: Duration, cap: Duration) {
        self.base = base
        self.cap = cap
    }

    /// The delay before the next attempt.
    package mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        nextCeiling() * Double.random(in: 0...1, using: &generator)
    }

    /// The upper limit of the next delay, without jitter; counts as an attempt.
    package mutating func nextCeiling() -> Duration {
        let ceiling = attempts < 30 ? min(cap, base * (1 << attempts)) : cap
        attempts += 1
        return ceiling
    }

    /// Starts again from the shortest delay.
    package mutating func reset() { attempts = 0 }
}
