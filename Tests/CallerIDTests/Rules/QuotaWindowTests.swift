import Basics
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
        for now in stride(from: begin, to: begin + 3 * 86_400, by: 60) {
            let window = QuotaWindow(at: Int64(now), zone: zone)
            #expect(window.day == local(now) / 86_400, "\(now)")
            var end = now
            while local(end) / 86_400 == Int(window.day) { end += 60 }
            #expect(window.dayEnd == end, "day at \(now)")
            end = now
            while local(end) / 3600 == local(now) / 3600, zone.offset(at: end) == zone.offset(at: now) { end += 60 }
            #expect(window.hourEnd == end, "hour at \(now)")
            #expect(window.contains(Int64(now)))
            #expect(QuotaWindow(at: window.hour, zone: zone) == window, "beginning of the hour at \(now)")
            #expect(QuotaWindow(at: window.hourEnd, zone: zone).hour == window.hourEnd)
        }
    }

    @Test func `times at the ends of all numbers are clamped`() {
        for time in [Int64.min, -1, 0, 1, .max] { _ = QuotaWindow(at: time, zone: nil) }
    }
}
