import AMI
import Basics
import CallRecords
import Testing

/// Each inference by itself; docs/times.md has their proofs.
///
/// The PBX is in Toronto in summer: -04:00.
struct PBXClockTests {
    /// 2026-07-01 10:00:00 UTC.
    private static let noon = 1_782_900_000
    private static let offset = -14_400
    private static let instant = ContinuousClock.now

    private func receipt(_ time: Int, isPrompt: Bool = true, passed: Int? = nil) -> Receipt {
        let instant = Self.instant + .seconds(passed ?? time - Self.noon)
        return Receipt(at: Timestamp(seconds: time), instant: instant, isPrompt: isPrompt)
    }

    private func clues(_ time: Int, channel begin: Int? = nil, offset: Int = offset) -> CELClues {
        var clues = CELClues(local: time + offset)
        clues.begin = begin
        return clues
    }

    private func start(_ time: Int, offset: Int = offset) -> CELClues {
        var clues = clues(time, channel: time, offset: offset)
        clues.isChannelStart = true
        return clues
    }

    /// A clock that has seen a channel begin with both clocks alike.
    private func clock(zone: String? = nil, skew: Int = 0) throws -> PBXClock {
        var clock = PBXClock(zone: try zone.map { try TimeZoneRules(named: $0) })
        clock.channelBegan(Self.noon, receipt(Self.noon + skew, passed: 0))
        return clock
    }

    @Test(arguments: [0, 5, 300, 449])
    func `a CEL that is read promptly is certain, while its delay is below 450 s`(delay: Int) throws {
        var clock = try clock()
        let time = Self.noon + 5000
        let result = clock.time(of: clues(time, channel: Self.noon), receipt(time + delay))
        #expect(result.time.seconds == time)
        #expect(result.source == nil)
    }

    @Test func `what is read after a stall is not dated by its receipt`() throws {
        var clock = try clock()
        let time = Self.noon + 5000
        let result = clock.time(of: clues(time), receipt(time + 900, isPrompt: false))
        #expect(result.source != nil)
    }

    @Test(arguments: [-399, -60, 0, 60, 399])
    func `the skew of the clocks is taken off`(skew: Int) throws {
        var clock = try clock(skew: skew)
        let time = Self.noon + 5000
        let result = clock.time(of: clues(time), receipt(time + 1 + skew, passed: 5001))
        #expect(result.time.seconds == time)
        #expect(result.source == nil)
    }

    @Test(arguments: [-3600, -400, 400, 3600])
    func `with clocks 400 s apart the receipt proves nothing, and a CHAN_START is still certain`(skew: Int) throws {
        var clock = try clock(skew: skew)
        let time = Self.noon + 5000
        #expect(clock.time(of: clues(time), receipt(time + skew, passed: 5000)).source != nil)
        let begin = clock.time(of: start(time), receipt(time + skew, passed: 5000))
        #expect(begin.time.seconds == time)
        #expect(begin.source == nil)
    }

    @Test(arguments: [-7200, -900, 900, 7200])
    func `when the clock of this host is set, its receipts prove nothing until a channel begins`(jump: Int) throws {
        var clock = try clock()
        _ = clock.time(of: start(Self.noon + 10), receipt(Self.noon + 10))
        let time = Self.noon + 60
        let after = clock.time(of: clues(time), receipt(time + jump, passed: 60))
        #expect(after.source != nil)
        clock.channelBegan(time + 5, receipt(time + 5, passed: 65))
        #expect(clock.time(of: clues(time + 10), receipt(time + 10, passed: 70)).source == nil)
    }

    @Test func `when the clock of the PBX is set back, nothing wrong is certain`() throws {
        var clock = try clock()
        _ = clock.time(of: start(Self.noon + 10), receipt(Self.noon + 10))
        // An hour back: its events are an hour older than their receipts from now on.
        for number in 1...40 {
            let real = Self.noon + 100 + number * 60
            let pbx = real - 3600
            clock.channelBegan(pbx, receipt(real))
            let result = clock.time(of: clues(pbx + 5, channel: pbx), receipt(real + 5))
            #expect(result.time.seconds == pbx + 5)
        }
    }

    @Test func `a UniqueID that a client chose dates nothing wrongly`() throws {
        for age in [900, 1800, 3600, 7200, 86_400] {
            var clock = try clock()
            _ = clock.time(of: start(Self.noon + 10), receipt(Self.noon + 10))
            var chosen = start(Self.noon + 100)
            chosen.begin = Self.noon + 100 - age
            let result = clock.time(of: chosen, receipt(Self.noon + 100))
            #expect(result.time.seconds == Self.noon + 100, "\(age) s old")
        }
    }

    @Test func `no time is before its channel, whatever PBX_TZ says`() throws {
        var clock = PBXClock(zone: try TimeZoneRules(named: "Asia/Kolkata"))
        let time = Self.noon + 1000
        let result = clock.time(of: clues(time, channel: Self.noon), receipt(time, isPrompt: false))
        #expect(result.time.seconds >= Self.noon - 2)
        #expect(result.source == .guess)
    }

    @Test func `a zone that certain times contradict twice is reported once and not used`() throws {
        var clock = try clock(zone: "Asia/Kolkata")
        _ = clock.time(of: start(Self.noon + 10), receipt(Self.noon + 10))
        #expect(clock.contradiction == nil)
        _ = clock.time(of: start(Self.noon + 20), receipt(Self.noon + 20))
        #expect(clock.contradiction?.zone == "Asia/Kolkata")
        #expect(clock.contradiction?.zoneOffset == 19_800)
        #expect(clock.contradiction?.offset == Self.offset)
        let late = clock.time(of: clues(Self.noon + 9000), receipt(Self.noon + 9999, isPrompt: false))
        #expect(late.time.seconds == Self.noon + 9000)
        #expect(late.source == .guess)
    }

    @Test func `one contradiction may be a mistake`() throws {
        var clock = try clock(zone: "America/Toronto")
        _ = clock.time(of: start(Self.noon + 10, offset: 0), receipt(Self.noon + 10))
        #expect(clock.contradiction == nil)
        _ = clock.time(of: start(Self.noon + 20), receipt(Self.noon + 20))
        #expect(clock.contradiction == nil)
    }

    @Test func `the length of a call gives its start, so that a long first leg is certain`() throws {
        var clock = try clock()
        var clues = CDRClues()
        clues.begin = Self.noon
        clues.start = Self.noon + Self.offset
        clues.end = Self.noon + 21_600 + Self.offset
        clues.duration = 21_600
        let times = clock.times(of: clues, receipt(Self.noon + 21_601))
        #expect(times.start?.seconds == Self.noon)
        #expect(times.source == nil)
    }

    @Test(arguments: [60, 840, 900, 7200])
    func `a CDR of a batch is never certain by its receipt and wrong`(delay: Int) throws {
        var clock = try clock()
        var clues = CDRClues()
        clues.begin = Self.noon
        clues.start = Self.noon + 1800 + Self.offset
        clues.end = Self.noon + 1860 + Self.offset
        clues.duration = 60
        let times = clock.times(of: clues, receipt(Self.noon + 1860 + delay))
        #expect(times.source != nil)
        // Written when it was read: the Timestamp of a CDR is a bound too, and no more.
        clues.written = Timestamp(seconds: Self.noon + 1860 + delay)
        #expect(clock.times(of: clues, receipt(Self.noon + 1860 + delay)).source != nil)
    }
}
