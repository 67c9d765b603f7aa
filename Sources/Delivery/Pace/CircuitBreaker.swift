/// Ends the making of dead letters when it is plainly not the records that are wrong.
///
/// It is on after twenty in a row and off with the first success. A restart does not close it: the count is kept in the
/// spool.
package struct CircuitBreaker: Sendable {
    /// Where a probe comes from while the circuit breaker is open.
    package enum Probe: Sendable {
        /// A batch that was refused or put back before.
        case pending
        /// A record that was not sent yet.
        case fresh
    }

    /// Dead letters in a row that put it on.
    package static let limit = 20

    /// Dead letters since the last success, at most `limit`.
    package private(set) var inRow: Int
    private var lastProbe = Probe.pending

    /// - Parameter inRow: what an earlier run left it at.
    package init(inRow: Int = 0) { self.inRow = min(max(inRow, 0), Self.limit) }

    package var isOpen: Bool { inRow >= Self.limit }

    /// One more record became a dead letter.
    package mutating func deadLettered() { inRow = min(inRow + 1, Self.limit) }

    package mutating func succeeded() { inRow = 0 }

    /// What to try now: both kinds in turn, so that neither can keep the other back.
    package mutating func nextProbe() -> Probe {
        lastProbe = lastProbe == .pending ? .fresh : .pending
        return lastProbe
    }
}
