/// Makes few gaps of many: all of one cause become one, from the first begin to the last end.
///
/// What it says stays true: whatever was missing lies between its records.
struct GapMerge {
    /// More rows than this are too many.
    static let limit = 10_000

    /// So many of the oldest are joined at once.
    static let portion = 1000

    /// In the order of their causes' first gaps; each has the number of the first that is in it.
    private(set) var merged: [RecordedGap] = []

    /// - Parameter gaps: the oldest first.
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
