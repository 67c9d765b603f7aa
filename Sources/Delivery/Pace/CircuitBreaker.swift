/// Stops creating dead letters when the records are clearly not the cause.
///
/// It opens after twenty dead letters in a row and closes with the first success. A restart does not close it: the
/// count is stored in the spool.
package struct CircuitBreaker: Sendable {
    /// Where a probe comes from while the circuit breaker is open.
    package enum Probe: Sendable {
        /// A batch that was refused or postponed before.
        case pending
        /// A record that has not been sent yet.
        case fresh
    }

    /// The number of dead letters in a row that opens it.
    package static let limit = 20

    /// Dead letters since the last success, at most `limit`.
    package private(set) var inRow: Int
    private var lastProbe = Probe.pending

    /// - Parameter inRow: the count from an earlier run.
    package init(inRow: Int = 0) { self.inRow = min(max(inRow, 0), Self.limit) }

    /// Whether it is open: no dead letters are created.
    package var isOpen: Bool { inRow >= Self.limit }

    /// Counts a dead letter.
    package mutating func deadLettered() { inRow = min(inRow + 1, Self.limit) }

    /// Resets the count after a success.
    package mutating func succeeded() { inRow = 0 }

    /// The next kind of probe: both kinds alternate, so that neither blocks the other.
    package mutating func nextProbe() -> Probe {
        lastProbe = lastProbe == .pending ? .fresh : .pending
        return lastProbe
    }
}
