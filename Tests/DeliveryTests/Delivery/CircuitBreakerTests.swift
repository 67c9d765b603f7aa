import Delivery
import Testing

struct CircuitBreakerTests {
    @Test func `twenty dead letters in a row put it on, a success takes it off`() {
        var breaker = CircuitBreaker()
        for _ in 1...19 { breaker.deadLettered() }
        #expect(!breaker.isOpen)
        breaker.deadLettered()
        #expect(breaker.isOpen)
        breaker.succeeded()
        #expect(!breaker.isOpen)
    }

    @Test func `dead letters with a success between them never do`() {
        var breaker = CircuitBreaker()
        for _ in 1...50 {
            for _ in 1...19 { breaker.deadLettered() }
            breaker.succeeded()
        }
        #expect(!breaker.isOpen)
    }

    @Test func `probes come from both sides in turn`() {
        var breaker = CircuitBreaker()
        #expect((1...4).map { _ in breaker.nextProbe() } == [.fresh, .pending, .fresh, .pending])
    }
}
