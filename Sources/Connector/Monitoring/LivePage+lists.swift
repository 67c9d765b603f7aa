import AMI
import Basics
import Spool

extension LivePage {
    /// What somebody should do something about, the worst first.
    static func attention(_ status: StatusReport, _ now: Timestamp) -> [Row] {
        var rows = status.problems.map { note(.bad, "Not ready", $0) }
        if !status.spool.isBalanced {
            rows.append(note(.bad, "The books do not balance", "please report this with the log"))
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
            let text = "\(PageText.count(parked, "recording")) could not be uploaded; the log says why"
            rows.append(note(.warn, "Recordings were given up", text))
        }
        return rows
    }

    /// A failure that passes in less than a minute needs nobody.
    private static func secondsWithoutSuccess(_ status: StatusReport, _ now: Timestamp) -> Int {
        let uptime = Int(status.uptime.components.seconds)
        return status.delivery.lastSuccess.map { now.seconds - $0.seconds } ?? uptime
    }

    private static func note(_ state: State, _ what: String, _ more: String) -> Row {
        Row(state: state, cells: [("what", what), ("more", more)])
    }

    /// A line for each kind: what was received is somewhere.
    static func books(_ spool: SpoolFigures) -> [Row] {
        RecordKind.allCases.map { kind in
            let figures = (spool.tallies[kind] ?? Tally()).figures
            var cells: [(name: StaticString, text: String)] = [("kind", "\(kind.label.uppercased())s")]
            for (index, (name, value)) in figures.enumerated() where index < 3 || value != 0 {
                if index > 0 { cells.append(("sign", index == 1 ? "=" : "+")) }
                cells.append(("number", PageText.count(value)))
                cells.append(("term", value == 1 && "\(name)" == "dead" ? "dead letter" : word(name)))
            }
            return Row(state: spool.isBalanced ? .ok : .bad, cells: cells)
        }
    }

    private static func word(_ name: StaticString) -> String {
        switch "\(name)" {
        case "dead": "dead letters"
        case "dropped": "dropped by you"
        case "filtered": "left out by a filter"
        case "refused": "not taken, the spool was full"
        case "lost": "lost with a damaged disk"
        case let name: name
        }
    }

    /// The file names have their numbers masked, as in the operator's lists: they are often those of callers.
    static func uploads(_ recordings: RecordingsStatus?, _ now: Timestamp) -> [Row] {
        (recordings?.uploads ?? []).map { upload in
            let name = ListedText.shortened(ListedText.oneLine(upload.fileName[...].text))
            let share = upload.size > 0 ? min(upload.sent, upload.size) * 100 / upload.size : 0
            let more = "\(share) % of \(PageText.bytes(upload.size)), for \(PageText.age(upload.since, now: now))"
            return Row(cells: [("what", name), ("more", more)], progress: (upload.sent, max(upload.size, 1)))
        }
    }

    static func gaps(_ spool: SpoolFigures, _ now: Timestamp) -> [Row] {
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
