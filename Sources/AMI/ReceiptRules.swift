package import Basics

/// Tells of what is read from a socket whether it was read promptly.
///
/// What is read was written after the socket last held nothing. So it is no older than that moment, whatever this process
/// did meanwhile: a stall, a suspension, a reader that is behind.
package struct ReceiptRules: Sendable {
    /// A moment at or after which the socket held nothing.
    private var emptyAt: ContinuousClock.Instant?

    package init() {}

    /// The socket held nothing at `moment` or later: all that is read from now on was written after it.
    package mutating func foundEmpty(at moment: ContinuousClock.Instant) { emptyAt = moment }

    /// The receipt of what was read just now.
    package func receipt(at time: Timestamp, _ now: ContinuousClock.Instant) -> Receipt {
        let isPrompt = emptyAt.map { now - $0 <= Receipt.promptness } ?? false
        return Receipt(at: time, instant: now, isPrompt: isPrompt)
    }
}
