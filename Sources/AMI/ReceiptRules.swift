package import Basics

/// Decides whether what is read from a socket was read promptly.
///
/// Bytes that are read were written after the socket was last empty. So they are no older than that moment, whatever
/// this process did meanwhile: a stall, a suspension, a reader that is behind.
package struct ReceiptRules: Sendable {
    /// A moment at or after which the socket was empty.
    private var emptyAt: ContinuousClock.Instant?

    /// The moment up to which an empty socket proves nothing.
    private var settlesAt: ContinuousClock.Instant?

    /// How long after a standstill old bytes may still arrive: those that waited in the peer's kernel for room here.
    package static let settling = Duration.seconds(5)

    package init() {}

    /// Records that the socket was empty at `moment` or later: everything read from now on was written after it.
    package mutating func foundEmpty(at moment: ContinuousClock.Instant) {
        if let settlesAt, moment < settlesAt { return }
        settlesAt = nil
        emptyAt = moment
    }

    /// Records that this process or machine stood still until `moment`.
    package mutating func stoodStill(until moment: ContinuousClock.Instant) { settlesAt = moment + Self.settling }

    /// How long ago the socket was last empty; `nil` when that is unknown.
    package func delay(at now: ContinuousClock.Instant) -> Duration? { emptyAt.map { now - $0 } }

    /// The receipt of bytes that were read just now.
    package func receipt(at time: Timestamp, _ now: ContinuousClock.Instant) -> Receipt {
        let delay = delay(at: now)
        let isPrompt = delay.map { $0 <= Receipt.promptness } ?? false
        return Receipt(at: time, instant: now, delay: delay, isPrompt: isPrompt)
    }
}
