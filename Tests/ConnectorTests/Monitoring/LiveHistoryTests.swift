import Basics
import Testing

@testable import Connector

struct LiveHistoryTests {
    private let start = ContinuousClock.now

    private func totals(_ events: Int, latencies: [Int] = [0, 0, 0], sum: Double = 0) -> LiveHistory.Totals {
        var totals = LiveHistory.Totals()
        totals.events = events
        totals.received = events / 2
        totals.delivered = events / 4
        totals.waiting = events
        totals.latencies = Histogram.Snapshot(counts: latencies, sum: sum)
        return totals
    }

    @Test func `rates are means of five seconds, by the time that really passed`() {
        var history = LiveHistory(bounds: [1, 5])
        #expect(history.rates == LiveRates() && history.points.isEmpty)
        history.add(totals(0), at: start)
        #expect(history.points.isEmpty, "one sample is no rate")
        history.add(totals(40), at: start + .seconds(2))
        #expect(history.points == [.init(events: 20, received: 10, delivered: 5, waiting: 40)])
        for second in 3...20 { history.add(totals(40), at: start + .seconds(second)) }
        #expect(history.rates.events == 0)
    }

    @Test func `counters that restart give no negative rate`() {
        var history = LiveHistory(bounds: [])
        history.add(totals(100), at: start)
        history.add(totals(0), at: start + .seconds(1))
        #expect(history.points.last?.events == 0)
    }

    @Test func `it keeps five minutes`() {
        var history = LiveHistory(bounds: [1, 5])
        for second in 0...1000 { history.add(totals(second * 10), at: start + .seconds(second)) }
        #expect(history.points.count == LiveHistory.length)
        #expect(history.points.first?.waiting == 7010 && history.points.last?.waiting == 10_000)
        #expect(history.rates.events == 10)
    }

    @Test func `latencies are those of the last five minutes`() {
        var history = LiveHistory(bounds: [1, 5])
        history.add(totals(0, latencies: [100, 0, 7], sum: 50), at: start)
        #expect(history.rates.averageLatency == nil && history.rates.deliveries == 0)
        history.add(totals(0, latencies: [119, 1, 7], sum: 60), at: start + .seconds(10))
        #expect(history.rates.deliveries == 20 && history.rates.averageLatency == 0.5)
        #expect(history.rates.latencyBound == 1, "19 of 20 took no longer")
        history.add(totals(0, latencies: [119, 2, 7], sum: 64), at: start + .seconds(20))
        #expect(history.rates.latencyBound == 5)
        history.add(totals(0, latencies: [119, 2, 70], sum: 6400), at: start + .seconds(30))
        #expect(history.rates.latencyBound == nil, "beyond what is measured")
        for second in 31...500 {
            history.add(totals(0, latencies: [119, 2, 70], sum: 6400), at: start + .seconds(second))
        }
        #expect(history.rates.deliveries == 0 && history.rates.averageLatency == nil)
    }
}
