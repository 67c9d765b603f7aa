/// A period in which an offset is certain: from one certain time to another, both included.
package struct OffsetSpan: Sendable, Equatable {
    /// Seconds since 1970.
    package var from: Int
    package var to: Int
    /// Seconds ahead of UTC.
    package let offset: Int

    func contains(_ instant: Int) -> Bool { from <= instant && instant <= to }

    /// Seconds between an instant and the span; 0 inside it.
    func distance(to instant: Int) -> Int { max(0, from - instant, instant - to) }
}
