/// Merges many gaps into a few: all gaps of one cause become one, from the first start to the last end.
///
/// The result stays true: everything that was missed lies between its records.
struct GapMerge {
    /// The number of rows from which on gaps are merged.
    static let limit = 10_000

    /// How many of the oldest gaps are merged at once.
    static let portion = 1000

    /// The merged gaps, in the order of the first gap of each cause; each has the id of its first gap.
    private(set) var merged: [RecordedGap] = []

    /// - Parameter gaps: in order, the oldest first.
    init(_ gaps: [RecordedGap]) {
        var index: [String: Int] = [:]
        for gap in gaps {
            if let known = index[gap.cause] {
                merged[known] = Self.join(merged[known], gap)
            } else {
                index[gap.cause] = merged.count
                merged.append(gap)
            }
        }
    }

    private static func join(_ first: RecordedGap, _ second: RecordedGap) -> RecordedGap {
        let isKnown = first.events > 0 && second.events > 0
        return RecordedGap(
            id: first.id,
            cause: first.cause,
            from: min(first.from, second.from),
            to: max(first.to, second.to),
            events: isKnown ? first.events.addingReportingOverflow(second.events).partialValue : 0,
            before: first.before,
            after: first.after == nil ? nil : second.after,
            count: first.count + second.count
        )
    }
}
