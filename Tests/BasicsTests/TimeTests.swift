import Basics
import Testing

struct TimeTests {
    @Test func `a duration is added in whole microseconds, and a time out of range stays at its bound`() {
        let time = Timestamp(microseconds: 1_500_000)
        #expect(time.adding(.milliseconds(-1700)) == Timestamp(microseconds: -200_000))
        #expect(time.adding(.nanoseconds(1999)) == Timestamp(microseconds: 1_500_001))
        #expect(time.adding(.seconds(Int64.max)) == Timestamp(microseconds: .max))
        #expect(time.adding(.seconds(Int64.min)) == Timestamp(microseconds: .min))
        #expect(Timestamp(microseconds: .max).adding(.microseconds(1)) == Timestamp(microseconds: .max))
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_795_224_725, "2026-11-21T01:32:05Z"),
        (-1, "1969-12-31T23:59:59Z"), (4_102_444_799, "2099-12-31T23:59:59Z"),
    ])
    func `a time is written as RFC 3339`(seconds: Int, text: String) {
        #expect(Timestamp(seconds: seconds).description == text)
        #expect(CivilTime(secondsSinceEpoch: seconds).secondsSinceEpoch == seconds)
    }

    @Test func `microseconds are written when there are any`() {
        #expect(Timestamp(microseconds: 1_795_224_725_000_042).description == "2026-11-21T01:32:05.000042Z")
    }

    @Test(arguments: [
        ("1795224725.888087", 1_795_224_725_888_087), ("1795224725", 1_795_224_725_000_000), ("1.5", 1_500_000),
    ])
    func `an AMI epoch is read`(text: String, microseconds: Int64) {
        #expect(Timestamp(epoch: Array(text.utf8)[...])?.microseconds == microseconds)
    }

    @Test(arguments: ["", "0.000000", "-1.5", "x", "1.", "1.1234567", "1.5.6", "99999999999999999999"])
    func `what is no AMI epoch is refused`(text: String) {
        #expect(Timestamp(epoch: Array(text.utf8)[...]) == nil)
    }

    @Test func `Asterisk's wall time is read and nothing else`() {
        func parse(_ text: String) -> CivilTime? { CivilTime(asterisk: Array(text.utf8)[...]) }
        #expect(parse("2026-11-21 01:32:05")?.secondsSinceEpoch == 1_795_224_725)
        for text in [
            "", "2026-11-21", "2026-11-21T01:32:05", "2026-13-21 01:32:05", "2026-11-21 24:00:00",
            "2026-11-2101:32:05 ",
        ] {
            #expect(parse(text) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        ("America/Toronto", 1_793_510_000, -4 * 3600), ("America/Toronto", 1_793_520_000, -5 * 3600),
        ("Asia/Kolkata", 1_795_224_725, 19800), ("UTC", 1_795_224_725, 0), ("Asia/Kathmandu", 1_795_224_725, 20700),
        ("Australia/Lord_Howe", 1_795_224_725, 39600), ("America/Toronto", 4_118_000_000, -4 * 3600),
        ("Europe/Berlin", -3_000_000_000, 3208),
    ])
    func `a zone knows its offset at an instant`(zone: String, instant: Int, offset: Int) throws {
        #expect(try TimeZoneRules(named: zone).offset(at: instant) == offset)
    }

    @Test func `a zone's local times are understood around both changes of the clock`() throws {
        let toronto = try TimeZoneRules(named: "America/Toronto")
        func local(_ hour: Int, _ minute: Int, month: Int, day: Int) -> Int {
            CivilTime(year: 2026, month: month, day: day, hour: hour, minute: minute).secondsSinceEpoch
        }
        #expect(toronto.offset(atLocal: local(1, 59, month: 3, day: 8)) == -5 * 3600)
        #expect(toronto.offset(atLocal: local(3, 0, month: 3, day: 8)) == -4 * 3600)
        #expect(toronto.offset(atLocal: local(2, 30, month: 3, day: 8)) == -5 * 3600, "never happens")
        #expect(toronto.offset(atLocal: local(1, 30, month: 11, day: 1)) == -4 * 3600, "happens twice: the first")
        #expect(toronto.offset(atLocal: local(2, 0, month: 11, day: 1)) == -5 * 3600)
    }

    @Test(arguments: ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "America", "Europe/Berlin\n"])
    func `what is no zone is refused`(name: String) {
        #expect(throws: TimeZoneRules.Problem.self) { try TimeZoneRules(named: name) }
    }
}
