import Basics

/// The zone of the PBX as the administrator named it, as long as the PBX does not contradict it.
struct NamedZone: Sendable {
    private let rules: TimeZoneRules
    private var contradictions = 0
    /// The offset of the quarter of an hour that was asked for last: no zone changes within one.
    private var recent = (quarter: Int.min, offset: 0)

    /// How many certain times have to contradict: one may be a mistake.
    private static let patience = 2

    init(_ rules: TimeZoneRules) { self.rules = rules }

    /// Whether it still counts; if not, then not until the next start.
    var isBelieved: Bool { contradictions < Self.patience }

    /// Compares with a certain offset.
    ///
    /// - Returns: the contradiction after which the zone counts no more, once.
    mutating func compare(_ offset: Int, at instant: Int) -> ZoneContradiction? {
        guard isBelieved else { return nil }
        let quarter = PBXOffset.atMost(instant)
        if recent.quarter != quarter { recent = (quarter, rules.offset(at: quarter)) }
        guard recent.offset != offset else { return nil }
        contradictions += 1
        guard !isBelieved else { return nil }
        return ZoneContradiction(
            zone: rules.name,
            zoneOffset: recent.offset,
            offset: offset,
            at: Timestamp(seconds: instant)
        )
    }

    /// The offset of a local time by the rules of the zone, within the bounds; of an hour that is repeated the one
    /// nearer to a span of the same offset, else the first.
    func offset(atLocal local: Int, within bounds: TimeBounds, near spans: OffsetSpans) -> Int? {
        guard isBelieved else { return nil }
        let (first, second) = rules.offsets(atLocal: local)
        let isFirst = bounds.contains(local - first)
        guard let second, bounds.contains(local - second) else { return isFirst ? first : nil }
        return isFirst && spans.nearest(toLocal: local)?.offset != second ? first : second
    }
}
