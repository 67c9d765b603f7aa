/// The counts of one kind of record, since the spool was made; also used for a change of them.
///
/// Each figure is counted where its records come or go, so that `isBalanced` checks one piece of code against another.
package struct RecordCounts: Sendable, Equatable {
    /// Records that came, whatever became of them; a repeat of one counts once.
    package var received = 0
    /// Taken by the API.
    package var delivered = 0
    /// In the spool, on their way to the API.
    package var waiting = 0
    /// Refused by the API for good, kept with the reason.
    package var dead = 0
    /// Dead letters that an operator removed.
    package var dropped = 0
    /// Left out because a filter says so.
    package var filtered = 0
    /// Not taken in because the spool was full; declared as a gap.
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

    /// Nothing came that is not somewhere.
    package var isBalanced: Bool { received == accountedFor }

    /// Records whose whereabouts are known.
    var accountedFor: Int { delivered + waiting + dead + dropped + filtered + refused + lost }

    /// The figures with their names, in the order of a record's life.
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
