/// A stretch of time over which an offset is certain: from one certain time to another, both included.
package struct OffsetSpan: Sendable, Equatable {
    /// Seconds since 1970.
    package var from: Int
    package var to: Int
    package let offset: Int

    func contains(_ instant: Int) -> Bool { from <= instant && instant <= to }

    /// Seconds between a moment and the span; 0 within it.
    func distance(to instant: Int) -> Int { max(0, from - instant, instant - to) }
}
