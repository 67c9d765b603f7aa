/// The earliest and the latest moment of an event, in seconds since 1970.
///
/// An event of a channel is not before the channel's begin and not after it was read. There is a tolerance of two
/// seconds for a clock that Asterisk reads twice, and of five for the rounding of `ClockSkew`.
struct TimeBounds: Equatable {
    private(set) var earliest: Int?
    private(set) var latest: Int?

    private static let before = 2
    private static let after = 5

    /// The bounds of an event at a local time.
    ///
    /// When no offset satisfies both, one of them is wrong. First the bound of the channel is dropped (Asterisk did not
    /// generate the UniqueID, or the clock of the PBX was set back during the call), then that of the receipt.
    ///
    /// - Parameters:
    ///   - begin: the second in the UniqueID.
    ///   - read: when the event was read or written, by the clock of the PBX.
    ///   - elapsed: seconds that passed between the event and a later one before `read`.
    init(begin: Int?, read: Int?, elapsed: Int = 0, atLocal local: Int) {
        earliest = begin.map { $0 - Self.before }
        latest = read.map { $0 + Self.after - elapsed }
        if offsets(atLocal: local) == nil { earliest = nil }
        if offsets(atLocal: local) == nil { latest = nil }
    }

    func contains(_ instant: Int) -> Bool {
        if let earliest, instant < earliest { return false }
        if let latest, instant > latest { return false }
        return true
    }

    /// The lowest and the highest offset that puts `local` between the bounds; `nil` when there is none.
    func offsets(atLocal local: Int) -> ClosedRange<Int>? {
        let lowest = latest.map { max(PBXOffset.atLeast(local - $0), PBXOffset.range.lowerBound) }
        let highest = earliest.map { min(PBXOffset.atMost(local - $0), PBXOffset.range.upperBound) }
        let (low, high) = (lowest ?? PBXOffset.range.lowerBound, highest ?? PBXOffset.range.upperBound)
        return low <= high ? low...high : nil
    }

    /// The offset at `local` when the two bounds leave only one.
    func onlyOffset(atLocal local: Int) -> Int? {
        guard earliest != nil, latest != nil, let range = offsets(atLocal: local), range.count == 1 else { return nil }
        return range.lowerBound
    }
}
