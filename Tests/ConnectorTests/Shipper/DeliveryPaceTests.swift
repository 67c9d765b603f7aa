import Basics
import Connector
import Testing

struct DeliveryPaceTests {
    /// Always the largest delay, so that times are known.
    ///
    /// Not empty: the thread sanitizer takes the address of what is passed `inout`, and an empty value has none.
    private struct Largest: RandomNumberGenerator {
        private let largest = UInt64.max

        mutating func next() -> UInt64 { largest }
    }

    private let start = ContinuousClock.now
    private var generator = Largest()

    @Test func `while all goes well, all requests are allowed`() {
        var pace = DeliveryPace(limit: 4)
        pace.succeeded()
        #expect(pace.allowance(at: start) == 4)
    }

    @Test mutating func `a failure pauses, then one probe goes, then two, then four`() {
        var pace = DeliveryPace(limit: 4)
        pace.failed(at: start, retryAfter: nil, using: &generator)
        #expect(pace.allowance(at: start) == 0)
        #expect(pace.allowance(at: start + .seconds(1)) == 1)
        pace.succeeded()
        #expect(pace.allowance(at: start) == 2)
        pace.succeeded()
        #expect(pace.allowance(at: start) == 4)
        pace.succeeded()
        #expect(pace.allowance(at: start) == 4)
    }

    @Test mutating func `failures in flight together count once, later ones wait longer`() throws {
        var pace = DeliveryPace(limit: 4)
        for _ in 0..<4 { pace.failed(at: start, retryAfter: nil, using: &generator) }
        #expect(try #require(pace.pausedUntil) <= start + .seconds(1))
        var now = start
        var delays: [Int] = []
        for _ in 0..<10 {
            now = try #require(pace.pausedUntil)
            pace.failed(at: now, retryAfter: nil, using: &generator)
            delays.append(Int((try #require(pace.pausedUntil) - now).components.seconds))
        }
        #expect(delays.last == 300 || delays.last == 299)
        #expect(delays == delays.sorted())
    }

    @Test(arguments: [(5, 5), (86_400, 3600)])
    func `the API's own wait is kept, within an hour`(asked: Int, waited: Int) {
        var pace = DeliveryPace(limit: 1)
        var generator = Largest()
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
        pace.succeeded()
        pace.failed(at: start + .seconds(9000), retryAfter: nil, using: &generator)
        #expect(pace.allowance(at: start + .seconds(9001)) == 1)
    }
}
