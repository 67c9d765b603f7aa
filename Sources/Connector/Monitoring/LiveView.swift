import Basics
import HTTP
import Spool

/// Samples the rates once a second, and renders the live page for all viewers, at most once a second.
final class LiveView: Sendable {
    private struct Shown {
        let since: ContinuousClock.Instant
        let page: LivePage
        var html: [UInt8]?
    }

    private struct State {
        var history: LiveHistory
        var shown: Shown?
    }

    private let metrics: Metrics
    private let current: @Sendable () -> StatusReport
    private let state: Lock<State>

    init(_ metrics: Metrics, status: @escaping @Sendable () -> StatusReport) {
        self.metrics = metrics
        current = status
        state = Lock(State(history: LiveHistory(bounds: metrics.latencyBounds)))
    }

    /// Takes a sample; call it once a second.
    func sample() {
        let totals = metrics.totals(waiting: current().spool.waiting)
        state.withLock { $0.history.add(totals, at: .now) }
    }

    /// The current state with the rates.
    var status: StatusReport {
        var status = current()
        status.rates = state.withLock { $0.history.rates }
        return status
    }

    /// The page as a server-sent event.
    var event: [UInt8] { EventFeed.frame(event: "status", data: page.json) }

    /// The page as a document.
    var html: [UInt8] {
        let page = page
        if let html = state.withLock({ $0.shown?.html }) { return html }
        let html = page.html
        state.withLock { $0.shown?.html = html }
        return html
    }

    private var page: LivePage {
        let now = ContinuousClock.now
        let known = state.withLock { state in
            state.shown.flatMap { now - $0.since < .milliseconds(900) ? $0.page : nil }
        }
        if let known { return known }
        let points = state.withLock { $0.history.points }
        let page = LivePage(status, points: points, now: .now())
        state.withLock { $0.shown = Shown(since: now, page: page, html: nil) }
        return page
    }
}
