import Basics
import Delivery
import TestSupport
import Testing

struct DeliveryPaceTests {
    private let start = ContinuousClock.now
    private var generator = LargestDelay()

    @Test func `while all goes well, all requests are allowed`() {
        var pace = DeliveryPace(limit: 4)
        pace.succeeded(at: start + .seconds(10_000))
        #expect(pace.allowance(at: start) == 4)
    }

    @Test mutating func `a failure pauses, then one probe goes, then two, then four`() {
        var pace = DeliveryPace(limit: 4)
        pace.failed(at: start, retryAfter: nil, using: &generator)
        #expect(pace.allowance(at: start) == 0)
        #expect(pace.allowance(at: start + .seconds(1)) == 1)
        pace.succeeded(at: start + .seconds(10_000))
        #expect(pace.allowance(at: start) == 2)
        pace.succeeded(at: start + .seconds(10_000))
        #expect(pace.allowance(at: start) == 4)
        pace.succeeded(at: start + .seconds(10_000))
        #expect(pace.allowance(at: start) == 4)
    }

    @Test mutating func `failures in flight together count once, later ones wait longer`() throws {
        var pace = DeliveryPace(limit: 4)
        for _ in 0..<4 { pace.failed(at: start, retryAfter: nil, using: &generator) }
        #expect(try #require(pace.pause).until <= start + .seconds(1))
        var now = start
        var delays: [Int] = []
        for _ in 0..<10 {
            now = try #require(pace.pause).until
            pace.failed(at: now, retryAfter: nil, using: &generator)
            delays.append(Int((try #require(pace.pause).until - now).components.seconds))
        }
        #expect(delays.last == 300 || delays.last == 299)
        #expect(delays == delays.sorted())
    }

    @Test(arguments: [(5, 5), (86_400, 3600)])
    func `the API's own wait is kept, within an hour`(asked: Int, waited: Int) {
        var pace = DeliveryPace(limit: 1)
        var generator = LargestDelay()
        pace.failed(at: start, retryAfter: .seconds(asked), using: &generator)
        #expect(pace.allowance(at: start + .seconds(waited) - .milliseconds(1)) == 0)
        #expect(pace.allowance(at: start + .seconds(waited)) == 1)
    }

    @Test mutating func `a wait in the past shortens nothing`() {
        var pace = DeliveryPace(limit: 1)
        pace.failed(at: start, retryAfter: .seconds(-100), using: &generator)
        #expect(pace.allowance(at: start + .milliseconds(900)) == 0)
    }

    @Test mutating func `a success forgets the pause and the growth`() throws {
        var pace = DeliveryPace(limit: 2)
        for step in 0..<5 { pace.failed(at: start + .seconds(step * 1000), retryAfter: nil, using: &generator) }
        pace.succeeded(at: start + .seconds(10_000))
        pace.failed(at: start + .seconds(9000), retryAfter: nil, using: &generator)
        #expect(pace.allowance(at: start + .seconds(9001)) == 1)
    }

    @Test mutating func `a failure that needs a correction is tried after 1 minute, later after 5`() throws {
        var pace = DeliveryPace(limit: 4)
        var now = start
        var delays: [Duration] = []
        for _ in 0..<5 {
            pace.failed(.configuration, at: now, retryAfter: nil, using: &generator)
            let until = try #require(pace.pause).until
            delays.append(until - now)
            now = until
        }
        #expect(delays == [60, 120, 240, 300, 300].map { .seconds($0) })
        #expect(pace.pause?.reason == .configuration)
        #expect(pace.allowance(at: now) == 1)
        pace.succeeded(at: start + .seconds(10_000))
        #expect(pace.pause == nil && pace.allowance(at: now) == 2)
    }

    @Test mutating func `a worse failure that was in flight with a slight one counts, not the other way round`() {
        var pace = DeliveryPace(limit: 4)
        pace.failed(.transient, at: start, retryAfter: nil, using: &generator)
        pace.failed(.configuration, at: start, retryAfter: nil, using: &generator)
        #expect(pace.pause?.reason == .configuration && pace.pause?.until == start + .seconds(60))
        pace.failed(.transient, at: start + .seconds(1), retryAfter: nil, using: &generator)
        #expect(pace.pause?.reason == .configuration && pace.pause?.until == start + .seconds(60))
        pace.failed(.transient, at: start + .seconds(1), retryAfter: .seconds(99), using: &generator)
        #expect(pace.pause?.reason == .configuration && pace.pause?.until == start + .seconds(100))
    }

    @Test mutating func `a worse failure does not shorten the wait that the API asked for`() {
        var pace = DeliveryPace(limit: 4)
        pace.failed(.transient, at: start, retryAfter: .seconds(1000), using: &generator)
        pace.failed(.contract, at: start, retryAfter: nil, using: &generator)
        #expect(pace.pause?.reason == .contract && pace.pause?.until == start + .seconds(1000))
    }

    @Test
    mutating func `a success in flight with a failure ends the pause, but not before the time that the API asked for`()
    {
        var pace = DeliveryPace(limit: 4)
        pace.failed(at: start, retryAfter: nil, using: &generator)
        pace.succeeded(at: start)
        #expect(pace.allowance(at: start) == 2)
        pace.failed(at: start, retryAfter: .seconds(30), using: &generator)
        pace.succeeded(at: start + .seconds(1))
        #expect(pace.allowance(at: start + .seconds(29)) == 0)
        #expect(pace.allowance(at: start + .seconds(30)) == 1)
        pace.succeeded(at: start + .seconds(31))
        #expect(pace.pause == nil)
    }
}
