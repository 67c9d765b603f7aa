/// The counts of one kind of record since the spool was created; also used for a change of them.
///
/// Each figure is counted where its records are added or removed, so that `isBalanced` checks one piece of code against
/// another.
package struct RecordCounts: Sendable, Equatable {
    /// Records that arrived, whatever happened to them; a repeated record counts once.
    package var received = 0
    /// Accepted by the API.
    package var delivered = 0
    /// In the spool, not yet delivered.
    package var waiting = 0
    /// Refused permanently by the API, and kept with the reason.
    package var dead = 0
    /// Dead letters that an operator removed.
    package var dropped = 0
    /// Left out by a filter.
    package var filtered = 0
    /// Not accepted because the spool was full; declared as a gap.
    package var refused = 0
    /// Destroyed by a damaged disk or file; declared as a gap.
    package var lost = 0

    package init(
        received: Int = 0,
        delivered: Int = 0,
        waiting: Int = 0,
        dead: Int = 0,
        dropped: Int = 0,
        filtered: Int = 0,
        refused: Int = 0,
        lost: Int = 0
    ) {
        self.received = received
        self.delivered = delivered
        self.waiting = waiting
        self.dead = dead
        self.dropped = dropped
        self.filtered = filtered
        self.refused = refused
        self.lost = lost
    }

    /// Whether every record that arrived is accounted for.
    package var isBalanced: Bool { received == accountedFor }

    /// The records that are in one of the other figures.
    var accountedFor: Int { delivered + waiting + dead + dropped + filtered + refused + lost }

    /// The figures with their names, in the order of a record's life cycle.
    package var figures: [(name: StaticString, value: Int)] {
        [
            ("received", received), ("delivered", delivered), ("waiting", waiting), ("dead", dead),
            ("dropped", dropped), ("filtered", filtered), ("refused", refused), ("lost", lost),
        ]
    }

    static func += (totals: inout RecordCounts, change: RecordCounts) {
        for column in columns { totals[keyPath: column] += change[keyPath: column] }
    }

    /// The figures in the order of the table's columns.
    static var columns: [WritableKeyPath<RecordCounts, Int>] {
        [\.received, \.delivered, \.waiting, \.dead, \.dropped, \.filtered, \.refused, \.lost]
    }

    static let columnNames = "received, delivered, waiting, dead, dropped, filtered, refused, lost"
}

extension [RecordKind: RecordCounts] {
    /// Makes the change of one figure for each record.
    init(_ records: some Sequence<StoredRecord>, _ change: (inout RecordCounts) -> Void) {
        self = records.reduce(into: [:]) { changes, record in change(&changes[record.kind, default: RecordCounts()]) }
    }

    /// Makes the change for an intake.
    init(taken: [NewRecord], refused: [NewRecord], filtered: [RecordKind: Int]) {
        self = [:]
        for kind in RecordKind.allCases {
            var change = RecordCounts()
            change.waiting = taken.count { $0.kind == kind }
            change.refused = refused.count { $0.kind == kind }
            change.filtered = filtered[kind] ?? 0
            change.received = change.waiting + change.refused + change.filtered
            self[kind] = change
        }
    }
}
