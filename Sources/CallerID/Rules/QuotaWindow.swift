import Basics

/// The clock hour and the calendar day in which uses are counted now, in the zone of the settings.
///
/// An hour is known by the instant at which it begins: where clocks go back, the hour that occurs twice is two. A day
/// is known by its date: one of 23 or 25 hours is one day.
struct QuotaWindow: Sendable, Equatable {
    /// The beginning of the hour, in seconds since 1970.
    let hour: Int64
    /// The days from 1970-01-01 to the date.
    let day: Int32
    /// The first second after the hour, at which counts of the hour are 0 again.
    let hourEnd: Int64
    /// The first second after the day, at which counts of the day are 0 again.
    let dayEnd: Int64

    /// - Parameter seconds: since 1970; clamped to the years 0 to 9999.
    init(at seconds: Int64, zone: TimeZoneRules?) {
        let now = Timestamp(seconds: Int(clamping: seconds)).seconds
        func offset(_ instant: Int) -> Int { zone?.offset(at: instant) ?? 0 }
        let local = now + offset(now)
        let day = Self.floorDivided(local, by: 86_400)
        var hour = now - (local - Self.floorDivided(local, by: 3600) * 3600)
        var hourEnd = hour + 3600
        // A change of the offset by less than an hour, as on Lord Howe Island, ends one hour and begins another.
        if offset(hour) != offset(now), let change = Self.change(from: hour, to: now, offset) { hour = change }
        if offset(hourEnd - 1) != offset(now), let change = Self.change(from: now, to: hourEnd - 1, offset) {
            hourEnd = change
        }
        self.hour = Int64(hour)
        self.hourEnd = Int64(hourEnd)
        self.day = Int32(clamping: day)
        // Midnight, by the offset of now or the one after a change; a change can also skip midnight.
        let midnight = (day + 1) * 86_400
        func isNext(_ instant: Int) -> Bool { Self.floorDivided(instant + offset(instant), by: 86_400) > day }
        var end = midnight - offset(now)
        if !isNext(end) || isNext(end - 1) { end = Self.first(after: now, until: now + 27 * 3600, isNext) }
        dayEnd = Int64(end)
    }

    func contains(_ seconds: Int64) -> Bool { hour <= seconds && seconds < hourEnd }

    private static func floorDivided(_ value: Int, by divisor: Int) -> Int {
        value / divisor - (value % divisor < 0 ? 1 : 0)
    }

    /// The first second after `start` with another offset.
    private static func change(from start: Int, to end: Int, _ offset: (Int) -> Int) -> Int? {
        guard start < end else { return nil }
        let before = offset(start)
        return first(after: start, until: end) { offset($0) != before }
    }

    /// The first second in `start + 1 ... end` from which on `isTrue` holds.
    private static func first(after start: Int, until end: Int, _ isTrue: (Int) -> Bool) -> Int {
        var (low, high) = (start, end)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if isTrue(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
