import Basics

/// The zone of the PBX from the settings, valid until the PBX contradicts it.
struct NamedZone: Sendable {
    private let rules: TimeZoneRules
    private var contradictions = 0
    /// The offset of the last quarter of an hour that was looked up; no zone changes within one.
    private var recent = (quarter: Int.min, offset: 0)

    /// How many certain times must contradict the zone; a single one may be a mistake.
    private static let mostContradictions = 2

    init(_ rules: TimeZoneRules) { self.rules = rules }

    /// Whether the zone is still valid; once it is not, it stays so until the next start.
    var isBelieved: Bool { contradictions < Self.mostContradictions }

    /// Compares the zone with a certain offset.
    ///
    /// - Returns: the contradiction that makes the zone invalid; returned only once.
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

    /// The offset of a local time by the rules of the zone, within the bounds.
    ///
    /// An hour that is repeated has two offsets: takes the one of the nearest span, else the first.
    func offset(atLocal local: Int, within bounds: TimeBounds, near spans: OffsetSpans) -> Int? {
        guard isBelieved else { return nil }
        let (first, second) = rules.offsets(atLocal: local)
        let isFirst = bounds.contains(local - first)
        guard let second, bounds.contains(local - second) else { return isFirst ? first : nil }
        return isFirst && spans.nearest(toLocal: local)?.offset != second ? first : second
    }
}
