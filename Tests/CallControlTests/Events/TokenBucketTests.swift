import Testing

@testable import CallControl

struct TokenBucketTests {
    @Test func `a burst is allowed at once, and then so many steps a second`() {
        let start = ContinuousClock.now
        var bucket = TokenBucket(rate: 2, burst: 3, at: start)
        func taken(_ milliseconds: Int) -> Int {
            var count = 0
            while count < 10, bucket.take(at: start + .milliseconds(milliseconds)) { count += 1 }
            return count
        }
        #expect(taken(0) == 3)
        #expect(taken(400) == 0)
        #expect(taken(600) == 1)
        #expect(taken(3000) == 3)
        // A clock that ran back gives nothing.
        #expect(taken(1000) == 0)
        // A long time gives no more than the burst.
        #expect(taken(1_000_000) == 3)
    }
}
