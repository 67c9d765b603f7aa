import AMI
import Basics
import Daemon
import Delivery
import Recordings
import Spool

extension LivePage {
    /// The problems that need attention, the worst first.
    static func attention(_ status: StatusReport, _ now: Timestamp) -> [Row] {
        var rows = status.problems.map { note(.bad, "Not ready", $0) }
        if !status.spool.isBalanced {
            rows.append(note(.bad, "The counts do not balance", "please report this with the log"))
        }
        if let error = status.delivery.lastError, let reason = status.delivery.reason,
            reason > .transient || secondsWithoutSuccess(status, now) >= 60
        {
            let text = ListedText.shortened(error)
            rows.append(note(reason == .transient ? .warn : .bad, "Delivery pauses, nothing is lost", text))
        }
        if status.spool.deadLetters > 0 {
            let text = "see 'asterisk-connector dead-letters list'; each is kept until you retry or drop it"
            rows.append(note(.warn, PageText.count(status.spool.deadLetters, "dead letter"), text))
        }
        if let parked = status.recordings?.parked, parked > 0 {
            let text = "see 'asterisk-connector recordings list'; each stays where it is until you try it again"
            rows.append(note(.warn, "\(PageText.count(parked, "recording")) given up", text))
        }
        return rows
    }

    /// Seconds since the last success; a failure of less than a minute needs no attention.
    private static func secondsWithoutSuccess(_ status: StatusReport, _ now: Timestamp) -> Int {
        let uptime = Int(status.uptime.components.seconds)
        return status.delivery.lastSuccess.map { now.seconds - $0.seconds } ?? uptime
    }

    private static func note(_ state: State, _ what: String, _ more: String) -> Row {
        Row(state: state, cells: [("what", what), ("more", more)])
    }

    /// A balance of counts for each kind of record, and for recordings when they are on.
    static func totals(_ status: StatusReport) -> [Row] {
        var rows = RecordKind.allCases.map { kind in
            let totals = status.spool.counts[kind] ?? RecordCounts()
            return equation(
                "\(kind.label.uppercased())s",
                isBalanced: totals.isBalanced,
                [
                    (totals.received, "received"), (totals.delivered, "delivered"), (totals.waiting, "waiting"),
                    (totals.dead, totals.dead == 1 ? "dead letter" : "dead letters"),
                    (totals.dropped, "dropped by you"),
                    (totals.filtered, "left out by a filter"), (totals.refused, "not taken, the spool was full"),
                    (totals.lost, "lost with a damaged disk"),
                ]
            )
        }
        guard status.recordings != nil else { return rows }
        let totals = status.spool.recordings
        rows.append(
            equation(
                "Recordings",
                isBalanced: totals.isBalanced,
                [
                    (totals.found, "found"), (totals.uploaded, "uploaded"), (totals.waiting, "waiting"),
                    (totals.parked, "given up"), (totals.known, "uploaded before"),
                    (totals.vanished, "gone or changed"),
                    (totals.lost, "forgotten with a damaged spool"),
                ]
            )
        )
        return rows
    }

    /// A balance, in which the first term is the sum of the others; from the third summand on, zeros are left out.
    private static func equation(_ kind: String, isBalanced: Bool, _ terms: [(value: Int, name: String)]) -> Row {
        var cells: [(name: StaticString, text: String)] = [("kind", kind)]
        for (index, term) in terms.enumerated() where index < 3 || term.value != 0 {
            if index > 0 { cells.append(("sign", index == 1 ? "=" : "+")) }
            cells.append(("number", PageText.count(term.value)))
            cells.append(("term", term.name))
        }
        return Row(state: isBalanced ? .ok : .bad, cells: cells)
    }

    /// The uploads in flight; numbers in file names are masked, because they are often those of callers.
    static func uploads(_ recordings: RecordingsStatus?, _ now: Timestamp) -> [Row] {
        (recordings?.uploads ?? []).map { upload in
            let name = ListedText.shortened(ListedText.oneLine(upload.fileName[...].text))
            let share = upload.size > 0 ? min(upload.sent, upload.size) * 100 / upload.size : 0
            let more = "\(share) % of \(PageText.bytes(upload.size)), for \(PageText.age(upload.since, now: now))"
            return Row(cells: [("what", name), ("more", more)], progress: (upload.sent, max(upload.size, 1)))
        }
    }

    /// The open gaps, then the latest ones, newest first.
    static func gaps(_ spool: SpoolFigures, _ underWay: [Gap], _ now: Timestamp) -> [Row] {
        let ongoing = underWay.map { gap in
            let known = gap.events > 0 ? "\(PageText.count(gap.events, "event")) missing so far" : "how many is unknown"
            return Row(
                state: .bad,
                cells: [
                    ("when", PageText.time(gap.from, now: now)), ("what", explained(gap.cause.rawValue)),
                    ("more", "goes on; \(known)"),
                ]
            )
        }
        return ongoing + latestGaps(spool, now)
    }

    private static func latestGaps(_ spool: SpoolFigures, _ now: Timestamp) -> [Row] {
        spool.latestGaps.reversed().map { gap in
            let known = gap.events > 0 ? "\(PageText.count(gap.events, "event")) missing" : "how many is unknown"
            let length = PageText.span(seconds: gap.to.seconds - gap.from.seconds)
            return Row(
                cells: [
                    ("when", PageText.time(gap.from, now: now)), ("what", explained(gap.cause)),
                    ("more", "\(length); \(known)"),
                ]
            )
        }
    }

    private static func explained(_ cause: String) -> String {
        switch Gap.Cause(rawValue: cause) {
        case .disconnected: "Not connected to Asterisk"
        case .torn: "The connection broke within an event"
        case .slowReader: "Asterisk ended a connection that was read too slowly"
        case .suspended: "This program or its machine stood still"
        case .processDown: "This program did not run"
        case .overflow: "Events came faster than they could be stored"
        case .oversized: "An event was too large"
        case nil:
            switch cause {
            case "refused": "The spool was full"
            case "damaged": "The spool was damaged"
            default: cause
            }
        }
    }

    static func troubles(_ entries: [LogEntry], _ now: Timestamp) -> [Row] {
        entries.reversed().map { entry in
            let fields = entry.fields.map { "\($0.key)=\($0.shownValue)" }
            return Row(
                state: entry.level == .error ? .bad : .warn,
                cells: [
                    ("when", PageText.time(entry.time, now: now)), ("level", entry.level.rawValue.lowercased()),
                    ("what", "\(entry.component): \(ListedText.shortened(entry.message))"),
                    ("times", entry.count > 1 ? "× \(PageText.count(entry.count))" : ""),
                    ("more", ListedText.oneLine(fields.joined(separator: " "))),
                ]
            )
        }
    }
}
