import AMI
import Basics
import Testing

/// When a process or machine stood still, up to which time nothing is missing, and why later events are.
struct ContinuityTests {
    private let start = StandstillWatch.Moment.now()
    private let wall = Timestamp(seconds: 1_800_000_000)

    private func moment(_ continuous: Duration, suspended: Duration = .zero) -> StandstillWatch.Moment {
        .init(continuous: start.continuous + continuous, suspending: start.suspending + continuous - suspended)
    }

    private func at(_ time: Duration) -> ContinuousClock.Instant { start.continuous + time }

    // MARK: Standstill

    @Test func `a process that reads the clocks in time did not stand still`() {
        var watch = StandstillWatch(at: start)
        for turn in 1...100 { #expect(watch.check(at: moment(StandstillWatch.interval * turn)) == nil) }
    }

    @Test(arguments: [10, 120, 8 * 3600])
    func `a process that was stopped, and a machine that was suspended, are distinguished`(seconds: Int) {
        let time = Duration.seconds(seconds)
        var watch = StandstillWatch(at: start)
        #expect(watch.check(at: moment(time)) == Standstill(of: .process, for: time))
        #expect(watch.check(at: moment(time + .seconds(1))) == nil, "it is over")
        let suspended = watch.check(at: moment(time * 2 + .seconds(1), suspended: time))
        #expect(suspended == Standstill(of: .machine, for: time))
        #expect(watch.check(at: moment(time * 2 + .seconds(2), suspended: time)) == nil)
    }

    @Test func `a machine that was suspended for a second only stood still, a busy process did not`() {
        var watch = StandstillWatch(at: start)
        #expect(watch.check(at: moment(.milliseconds(1400))) == nil)
        let suspended = watch.check(at: moment(.milliseconds(2600), suspended: .milliseconds(1100)))
        #expect(suspended == Standstill(of: .machine, for: .milliseconds(1100)))
    }

    // MARK: The time up to which nothing is missing

    /// A session that reads, with the rules of a connection.
    private struct Reader {
        let test: ContinuityTests
        var rules = ReceiptRules()
        var continuity: Continuity

        init(_ test: ContinuityTests) {
            self.test = test
            continuity = Continuity(at: test.wall, test.at(.zero))
        }

        mutating func read(at time: Duration) {
            continuity.update(with: rules.receipt(at: test.wall.adding(time), test.at(time)))
        }

        mutating func foundEmpty(at time: Duration) { rules.foundEmpty(at: test.at(time)) }

        mutating func stoodStill(until time: Duration) {
            rules.stoodStill(until: test.at(time))
            continuity.stoodStill(until: test.at(time))
        }

        /// The time since the start of the test.
        var complete: Duration { .microseconds(continuity.completeUntil.microseconds - test.wall.microseconds) }

        func cause(isTorn: Bool = false, isCrowded: Bool = false, at time: Duration) -> Gap.Cause {
            continuity.cause(isTorn: isTorn, isCrowded: isCrowded, at: test.at(time))
        }
    }

    @Test func `silence does not move it, bytes do`() {
        var reader = Reader(self)
        reader.foundEmpty(at: .seconds(1))
        reader.read(at: .milliseconds(1500))
        #expect(reader.complete == .seconds(1))
        for half in 4..<40 { reader.foundEmpty(at: .milliseconds(half * 500)) }
        #expect(reader.complete == .seconds(1))
        #expect(reader.cause(at: .seconds(20)) == .disconnected)
        reader.read(at: .seconds(20))
        #expect(reader.complete == .milliseconds(19_500))
    }

    @Test func `bytes that waited for an unknown time do not move it`() {
        var reader = Reader(self)
        reader.read(at: .seconds(3))
        #expect(reader.complete == .zero)
        reader.foundEmpty(at: .seconds(4))
        reader.read(at: .seconds(5))
        reader.read(at: .seconds(9))
        #expect(reader.complete == .seconds(4))
    }

    @Test(arguments: [10, 120, 8 * 3600])
    func `a standstill begins before it, as long as old bytes may come in, and is the cause`(seconds: Int) {
        let end = Duration.seconds(10 + seconds)
        var reader = Reader(self)
        reader.foundEmpty(at: .milliseconds(9500))
        reader.read(at: .milliseconds(9600))
        reader.foundEmpty(at: .milliseconds(9600))
        reader.stoodStill(until: end)
        #expect(reader.cause(at: end) == .suspended)
        for step in 0..<10 {
            reader.read(at: end + .milliseconds(step * 400))
            reader.foundEmpty(at: end + .milliseconds(step * 400))
        }
        #expect(reader.complete == .milliseconds(9600))
        #expect(reader.cause(isTorn: true, isCrowded: true, at: end + .seconds(4)) == .suspended)
        reader.foundEmpty(at: end + .seconds(6))
        #expect(reader.cause(at: end + .seconds(20)) == .suspended, "nothing was heard since")
        reader.read(at: end + .seconds(7))
        #expect(reader.complete == .seconds(16 + seconds))
        #expect(reader.cause(at: end + .seconds(8)) == .disconnected, "it outlived the standstill")
    }

    @Test func `a clock that is set moves the times and is no suspension`() {
        var reader = Reader(self)
        reader.foundEmpty(at: .seconds(1))
        let set = wall.adding(seconds: 3600)
        reader.continuity.update(with: reader.rules.receipt(at: set, at(.seconds(2))))
        #expect(reader.continuity.completeUntil == set.adding(seconds: -1))
        #expect(reader.cause(at: .seconds(3)) == .disconnected)
    }

    @Test func `a session that ends in a message was torn, or cut because it was read too slowly`() {
        var reader = Reader(self)
        reader.continuity.read(Continuity.backlog - 1, after: .seconds(1), at: at(.seconds(1)))
        #expect(reader.cause(isTorn: true, at: .seconds(1)) == .torn, "too little for a socket that was full")
        #expect(reader.cause(isTorn: true, isCrowded: true, at: .seconds(1)) == .slowReader)
        reader.continuity.read(256 << 10, after: Continuity.backlogDelay - .milliseconds(1), at: at(.seconds(1)))
        #expect(reader.cause(isTorn: true, at: .seconds(1)) == .torn, "a burst of a busy PBX, read as it came")
        reader.continuity.read(Continuity.backlog, after: Continuity.backlogDelay, at: at(.seconds(1)))
        #expect(reader.cause(isTorn: true, at: .seconds(2)) == .slowReader)
        #expect(reader.cause(at: .seconds(2)) == .disconnected)
        #expect(reader.cause(isTorn: true, at: .seconds(60)) == .torn, "it has caught up long ago")
        reader.continuity.read(Continuity.backlog, after: nil, at: at(.seconds(70)))
        #expect(reader.cause(isTorn: true, at: .seconds(71)) == .slowReader, "the socket was never empty")
    }
}
