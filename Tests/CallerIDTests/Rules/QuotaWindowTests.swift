import Basics
import TestSupport
import Testing

@testable import CallerID

@Suite struct QuotaWindowTests {
    /// Windows agree with a look at each minute: the day by its date, the hour by the hand of the clock.
    @Test(arguments: [
        // Clocks go back, forward, by half an hour; a zone off the full hour; a day that does not exist.
        ("America/Toronto", 1_793_480_000), ("America/Toronto", 1_772_930_000), ("Australia/Lord_Howe", 1_775_290_000),
        ("Australia/Lord_Howe", 1_790_990_000), ("Asia/Kathmandu", 1_795_900_000), ("Pacific/Apia", 1_325_150_000),
        ("Asia/Beirut", 1_774_700_000), ("UTC", 1_795_900_000),
    ])
    func `an hour and a day end where the clock on the wall begins the next`(name: String, start: Int) throws {
        let zone = try TimeZoneRules(named: name)
        func local(_ instant: Int) -> Int { instant + zone.offset(at: instant) }
        let begin = start / 60 * 60
        // By the minute, from the last one back: when the next day and the next hour begin.
        let minutes = 4 * 1440
        var ends = [(day: Int, hour: Int)](repeating: (0, 0), count: minutes)
        for index in stride(from: minutes - 2, through: 0, by: -1) {
            let (now, next) = (begin + index * 60, begin + (index + 1) * 60)
            let isSameDay = local(now) / 86_400 == local(next) / 86_400
            let isSameHour = local(now) / 3600 == local(next) / 3600 && zone.offset(at: now) == zone.offset(at: next)
            ends[index] = (isSameDay ? ends[index + 1].day : next, isSameHour ? ends[index + 1].hour : next)
        }
        for index in stride(from: 0, to: 2 * 1440, by: Subprocess.isSanitized ? 7 : 1) {
            let now = begin + index * 60
            let window = QuotaWindow(at: Int64(now), zone: zone)
            let isRight =
                Int(window.day) == local(now) / 86_400 && Int(window.dayEnd) == ends[index].day
                && Int(window.hourEnd) == ends[index].hour && window.contains(Int64(now))
                && QuotaWindow(at: window.hour, zone: zone) == window
                && QuotaWindow(at: window.hourEnd, zone: zone).hour == window.hourEnd
            if !isRight { Issue.record("\(window) at \(now), not \(ends[index])") }
        }
    }

    @Test func `times at the ends of all numbers are clamped`() {
        for time in [Int64.min, -1, 0, 1, .max] { _ = QuotaWindow(at: time, zone: nil) }
    }
}
