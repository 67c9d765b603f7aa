import AMI
package import Basics
import Daemon
import Delivery
import Recordings
import Spool

/// The content of the live page as finished text; made once for all viewers.
///
/// It is rendered in two ways with the same words: by the server, for the first view and for browsers without
/// JavaScript, and by live.js from the JSON of each event.
package struct LivePage: Sendable {
    typealias State = PageContent.State
    typealias Row = PageContent.Row

    let content: PageContent
    let chart: LiveChart

    /// - Parameters:
    ///   - points: the points of the last minutes, oldest first.
    ///   - now: the time from which ages are computed.
    package init(_ status: StatusReport, points: [LiveHistory.Point], now: Timestamp) {
        chart = LiveChart(points)
        let attention = Self.attention(status, now)
        let state = attention.contains { $0.state == .bad } ? State.bad : attention.isEmpty ? .ok : .warn
        let decision =
            switch state {
            case .bad: "Trouble"
            case .warn: "Needs attention"
            case .ok, .none: "Working"
            }
        var content = PageContent()
        content.fields = [
            ("title", "\(decision) · \(status.hostname)"), ("hostname", status.hostname), ("version", Version.number),
            ("uptime", PageText.span(seconds: Int(status.uptime.components.seconds))),
            ("state", state.rawValue), ("verdict", decision), ("time", PageText.time(now, now: now)),
        ]
        content.fields += Self.asterisk(status, now) + Self.delivery(status, now) + Self.spool(status, now)
        content.fields += Self.pace(status.rates, chart) + Self.outcome(status)
        content.lists = [
            ("attention", attention), ("books", Self.totals(status)),
            ("uploads", Self.uploads(status.recordings, now)),
            ("gaps", Self.gaps(status.spool, status.gapsUnderWay, now)),
            ("troubles", Self.troubles(status.troubles, now)),
        ]
        self.content = content
    }

    private static func asterisk(_ status: StatusReport, _ now: Timestamp) -> [(StaticString, String)] {
        let last = status.lastEvent.map { "last record \(PageText.age($0, now: now)) ago" } ?? "no record yet"
        let isOnline = status.ami.isOnline
        return [
            ("asterisk-state", (isOnline ? State.ok : .bad).rawValue),
            ("asterisk", isOnline ? "Connected" : "Not connected"),
            ("asterisk-note", isOnline ? "\(status.ami.greeting); \(last)" : last),
        ]
    }

    private static func delivery(_ status: StatusReport, _ now: Timestamp) -> [(StaticString, String)] {
        let delivery = status.delivery
        let rates = status.rates
        var notes = [delivery.lastSuccess.map { "last success \(PageText.age($0, now: now)) ago" } ?? "no success yet"]
        if delivery.requestsInFlight > 0 {
            notes.append("\(PageText.count(delivery.requestsInFlight, "request")) in flight")
        }
        if let until = delivery.until { notes.append("next attempt \(PageText.time(until, now: now))") }
        let word = delivery.isPaused ? "Paused" : status.spool.waiting > 0 || rates.delivered > 0 ? "Flowing" : "Idle"
        let latency = rates.averageLatency.map(PageText.latency) ?? "–"
        let bound = rates.latencyBound.map { "95 % within \(PageText.bound($0)); " } ?? ""
        return [
            ("delivery-state", (delivery.isPaused ? State.warn : .ok).rawValue), ("delivery", word),
            ("delivery-note", notes.joined(separator: "; ")), ("latency", latency),
            (
                "latency-note",
                rates.deliveries == 0
                    ? "no delivery in 5 minutes"
                    : "mean from Asterisk to the API; \(bound)\(PageText.count(rates.deliveries, "record")) in 5 min"
            ),
        ]
    }

    private static func spool(_ status: StatusReport, _ now: Timestamp) -> [(StaticString, String)] {
        let spool = status.spool
        let oldest = spool.oldest.map { "the oldest for \(PageText.age($0, now: now))" } ?? "nothing waits"
        let free = spool.disk.map { "\(PageText.bytes($0.free)) free on its disk" } ?? "its disk is unknown"
        let state: State = spool.lastError != nil || spool.level == .nothing ? .bad : spool.level == .all ? .ok : .warn
        let word =
            switch spool.level {
            case .all: PageText.bytes(spool.usedBytes)
            case .cdrsOnly: "Nearly full"
            case .nothing: "Full"
            }
        let share = spool.maxBytes > 0 ? spool.usedBytes * 1000 / spool.maxBytes : 0
        return [
            ("waiting", PageText.count(spool.waiting)), ("waiting-note", oldest),
            ("spool-state", state.rawValue), ("spool", spool.lastError == nil ? word : "Fails"),
            (
                "spool-note",
                "\(spool.level == .all ? "" : "\(PageText.bytes(spool.usedBytes)) ")"
                    + "of at most \(PageText.bytes(spool.maxBytes)); \(free)"
            ),
            ("spool-share", "\(min(max(share, 0), 1000))"),
        ]
    }

    private static func pace(_ rates: LiveRates, _ chart: LiveChart) -> [(StaticString, String)] {
        let (events, received) = (PageText.rate(rates.events), PageText.rate(rates.received))
        let delivered = PageText.rate(rates.delivered)
        let peak = PageText.rate(chart.events.max() ?? 0)
        return [
            ("events", events), ("received", received), ("delivered", delivered),
            ("chart-top", PageText.count(chart.top)), ("chart-middle", PageText.count(chart.top / 2)),
            (
                "chart-summary",
                "Chart of the last 5 minutes: now \(events) events, \(received) records received and \(delivered) "
                    + "delivered per second; at most \(peak) events per second."
            ),
        ]
    }

    private static func outcome(_ status: StatusReport) -> [(StaticString, String)] {
        let isBalanced = status.spool.isBalanced
        let recordings = status.recordings.map { totals in
            "\(PageText.count(totals.waiting)) waiting, \(PageText.count(totals.uploaded)) uploaded"
                + (totals.parked > 0 ? ", \(PageText.count(totals.parked)) given up" : "")
        }
        let gaps = status.spool.gaps
        return [
            ("books-state", (isBalanced ? State.ok : .bad).rawValue),
            ("books", isBalanced ? "✓ The counts balance" : "✗ The counts do not balance"),
            ("recordings", recordings ?? "off"),
            (
                "recordings-none",
                status.recordings == nil ? "Recordings are not uploaded." : "No upload is in progress."
            ),
            ("gaps", gaps == 0 ? "" : "\(PageText.count(gaps)) in all, the latest"),
        ]
    }
}
