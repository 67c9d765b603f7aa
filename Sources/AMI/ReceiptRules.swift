package import Basics

/// Tells of what is read from a socket whether it was read promptly.
///
/// What is read was written after the socket last held nothing. So it is no older than that moment, whatever this process
/// did meanwhile: a stall, a suspension, a reader that is behind.
package struct ReceiptRules: Sendable {
    /// A moment at or after which the socket held nothing.
    private var emptyAt: ContinuousClock.Instant?

    /// Up to when the socket proves nothing by being empty.
    private var settlesAt: ContinuousClock.Instant?

    /// How long after a standstill old bytes may still come in: those that waited in the peer's kernel for room here.
    package static let settling = Duration.seconds(5)

    package init() {}

    /// The socket held nothing at `moment` or later: all that is read from now on was written after it.
    package mutating func foundEmpty(at moment: ContinuousClock.Instant) {
        if let settlesAt, moment < settlesAt { return }
        settlesAt = nil
        emptyAt = moment
    }

    /// This process or machine stood still until `moment`.
    package mutating func stoodStill(until moment: ContinuousClock.Instant) { settlesAt = moment + Self.settling }

    /// How long ago the socket last held nothing; `nil` when it is not known to have.
    package func delay(at now: ContinuousClock.Instant) -> Duration? { emptyAt.map { now - $0 } }

    /// The receipt of what was read just now.
    package func receipt(at time: Timestamp, _ now: ContinuousClock.Instant) -> Receipt {
        let delay = delay(at: now)
        let isPrompt = delay.map { $0 <= Receipt.promptness } ?? false
        return Receipt(at: time, instant: now, delay: delay, isPrompt: isPrompt)
    }
}
