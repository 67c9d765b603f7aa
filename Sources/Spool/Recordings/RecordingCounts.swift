/// The counts of recordings since the spool was created; also used for a change of them.
///
/// Each figure is counted where recordings are added or removed, so that `isBalanced` checks one piece of code against
/// another.
package struct RecordingCounts: Sendable, Equatable {
    /// Files that were found ready.
    package var found = 0
    /// Accepted by the API.
    package var uploaded = 0
    /// Not sent, because the same file had been uploaded from another place.
    package var known = 0
    /// Gone or changed before they were uploaded; a changed file is found again.
    package var vanished = 0
    /// Waiting for their upload.
    package var waiting = 0
    /// Given up after too many attempts, until an operator retries them.
    package var parked = 0
    /// Lost because the spool was damaged; they are found again if they still exist.
    package var lost = 0

    package init(
        found: Int = 0,
        uploaded: Int = 0,
        known: Int = 0,
        vanished: Int = 0,
        waiting: Int = 0,
        parked: Int = 0,
        lost: Int = 0
    ) {
        self.found = found
        self.uploaded = uploaded
        self.known = known
        self.vanished = vanished
        self.waiting = waiting
        self.parked = parked
        self.lost = lost
    }

    /// Whether every recording that was found is accounted for.
    package var isBalanced: Bool { found == accountedFor }

    /// The recordings that are in one of the other figures.
    var accountedFor: Int { uploaded + known + vanished + waiting + parked + lost }

    /// The figures with their names.
    package var figures: [(name: StaticString, value: Int)] {
        [
            ("found", found), ("uploaded", uploaded), ("known", known), ("vanished", vanished), ("waiting", waiting),
            ("parked", parked), ("lost", lost),
        ]
    }

    static func += (totals: inout RecordingCounts, change: RecordingCounts) {
        for column in columns { totals[keyPath: column] += change[keyPath: column] }
    }

    /// The figures in the order of the table's columns.
    static var columns: [WritableKeyPath<RecordingCounts, Int>] {
        [\.found, \.uploaded, \.known, \.vanished, \.waiting, \.parked, \.lost]
    }

    static let columnNames = "found, uploaded, known, vanished, waiting, parked, lost"
}
