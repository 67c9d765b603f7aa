import Basics
import LiveCalls
import Testing

@testable import CallControl

/// Locks of calls, and token buckets.
struct CommandLimitsTests {
    @Test
    func `a lock is for one, ends by itself, and is released by its owner only`() throws {
        let locks = CommandLocks()
        let now = ContinuousClock.now
        let first = try #require(locks.take([1], at: now))
        #expect(first.sendUntil == now + .seconds(12))
        #expect(locks.take([1], at: now + .seconds(14)) == nil)
        #expect(locks.take([2], at: now) != nil)
        let second = try #require(locks.take([1], at: now + .seconds(15)))
        #expect(!locks.isHeld(first, at: now + .seconds(15)) && locks.isHeld(second, at: now + .seconds(15)))
        locks.release(first)
        #expect(locks.take([1], at: now + .seconds(16)) == nil)
        locks.release(second)
        #expect(locks.take([1], at: now + .seconds(16)) != nil)
    }

    @Test
    func `a user has a burst, then the rate, for each kind of request`() {
        var buckets = TokenBuckets()
        let now = ContinuousClock.now
        for (kind, burst, rate) in [(TokenBuckets.Kind.command, 20, 10.0), (.originate, 30, 0.5), (.read, 50, 50)] {
            for _ in 0..<burst { #expect(buckets.take(kind, of: "anna", at: now) == nil) }
            let wait = buckets.take(kind, of: "anna", at: now)
            #expect(wait.map { abs($0 / .seconds(1) - 1 / rate) < 0.001 } == true)
            #expect(buckets.take(kind, of: "otto", at: now) == nil)
            let later = now + .seconds(1 / rate + 0.001)
            #expect(buckets.take(kind, of: "anna", at: later) == nil)
            #expect(buckets.take(kind, of: "anna", at: later) != nil)
        }
    }

    @Test
    func `the memory of rates is bounded, and full buckets go first`() {
        var buckets = TokenBuckets()
        let now = ContinuousClock.now
        for _ in 0..<20 { _ = buckets.take(.command, of: "anna", at: now) }
        for number in 0..<TokenBuckets.capacity + 10 { _ = buckets.take(.read, of: "u\(number)", at: now) }
        #expect(buckets.count <= TokenBuckets.capacity)
        let later = now + .seconds(1)
        for _ in 0..<10 { #expect(buckets.take(.command, of: "anna", at: later) == nil) }
        #expect(buckets.take(.command, of: "anna", at: later) != nil)
        _ = buckets.take(.read, of: "new", at: later)
        #expect(buckets.count < 10)
    }

    @Test
    func `files of recordings stay below their folder`() {
        for template in ["{date}/{callId}.wav", "{queue}-{extension}_{time}.wav"] {
            #expect(RecordingName.isAllowed(template))
        }
        for template in ["", "/x.wav", "../x.wav", "a/../x.wav", "a//x.wav", "x wav", "{name}.wav", "x,y.wav", "./x"] {
            #expect(!RecordingName.isAllowed(template))
        }
    }

    @Test
    func `ids of channels rise with time`() {
        let ids = (0..<5).map { ChannelID.next(at: Timestamp(seconds: 1_800_000_000 + $0)) }
        #expect(ids == ids.sorted() && Set(ids).count == 5)
        #expect(ids.allSatisfy { $0.hasPrefix("ac-") && $0.utf8.count == 29 })
    }

    @Test
    func `events a second are those of the last whole seconds`() {
        func time(_ seconds: Double) -> LiveTime {
            LiveTime(monotonic: Int(seconds * 1_000_000), wall: Timestamp(seconds: 0))
        }
        var rate = EventRate()
        for second in 0..<10 { rate.add(5, at: time(Double(second))) }
        #expect(rate.rate(at: time(9.5)) == 4.5)
        #expect(rate.rate(at: time(10)) == 5)
        #expect(rate.rate(at: time(15)) == 2.5)
        #expect(rate.rate(at: time(1000)) == 0)
    }
}
