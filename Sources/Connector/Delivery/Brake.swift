/// Ends the making of dead letters when it is plainly not the records that are wrong: on after twenty in a row, off with
/// the first success.
package struct Brake: Sendable {
    /// Where a probe comes from while the brake is on.
    package enum Probe: Sendable {
        /// A batch that was refused or put back before.
        case pending
        /// A record that was not sent yet.
        case fresh
    }

    /// Dead letters in a row that put it on.
    package static let limit = 20

    private var inRow = 0
    private var lastProbe = Probe.pending

    package init() {}

    package var isOn: Bool { inRow >= Self.limit }

    /// One more record became a dead letter.
    package mutating func condemned() { inRow += 1 }

    package mutating func succeeded() { inRow = 0 }

    /// What to try now: both kinds in turn, so that neither can keep the other back.
    package mutating func nextProbe() -> Probe {
        lastProbe = lastProbe == .pending ? .fresh : .pending
        return lastProbe
    }
}
