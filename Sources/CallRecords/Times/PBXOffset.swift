/// Offsets of local times from UTC, in seconds: whole quarters of an hour from -12:00 to +14:00.
enum PBXOffset {
    static let quarter = 900
    static let range = (-12 * 3600)...(14 * 3600)

    static func contains(_ offset: Int) -> Bool { range.contains(offset) && offset % quarter == 0 }

    /// The nearest offset, at most 450 s from `difference`; it may be outside `range`.
    static func nearest(_ difference: Int) -> Int { atMost(difference + quarter / 2) }

    /// The highest multiple of a quarter of an hour that is not above `seconds`.
    static func atMost(_ seconds: Int) -> Int { seconds - ((seconds % quarter) + quarter) % quarter }

    /// The lowest multiple of a quarter of an hour that is not below `seconds`.
    static func atLeast(_ seconds: Int) -> Int { atMost(seconds + quarter - 1) }
}
