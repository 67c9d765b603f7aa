import Basics
import Daemon

/// The text of the dashboard: `GET /dashboard`.
struct Dashboard: Sendable {
    typealias State = PageContent.State
    typealias Row = PageContent.Row

    let content: PageContent

    private static let areaLimit = 200
    private static let nameLimit = 100
    private static let requestLimit = 100
    private static let usedLimit = 20

    init(_ state: DashboardState) {
        let attention = Self.attention(state)
        let worst = attention.contains { $0.state == .bad } ? State.bad : attention.isEmpty ? .ok : .warn
        let verdict =
            switch worst {
            case .bad: "Trouble"
            case .warn: "Needs attention"
            case .ok, .none: "Working"
            }
        var content = PageContent()
        content.fields = [
            ("title", "\(verdict) · caller IDs on \(state.hostname)"), ("hostname", state.hostname),
            ("version", Version.number), ("state", worst.rawValue), ("verdict", verdict),
            ("time", PageText.time(state.now, now: state.now)), ("searched", state.searched),
        ]
        content.fields += Self.numbers(state) + Self.requests(state) + Self.backends(state.health)
        content.fields += Self.summaries(state)
        content.lists = [
            ("attention", attention), ("areas", Self.areas(state)),
            ("campaigns", Self.names(state.campaigns)), ("agents", Self.names(state.agents)),
            ("history", Self.history(state)),
            ("requests", state.requests.prefix(Self.requestLimit).map { Self.request($0, state.now) }),
            ("used", Self.used(state)),
        ]
        self.content = content
    }

    var html: [UInt8] { content.html(PackageResources.dashboard_html) }

    var json: [UInt8] {
        var json = JSONWriter(capacity: 32_768)
        json.beginObject()
        content.encode(into: &json)
        json.endObject()
        return json.bytes
    }

    // MARK: What needs attention

    private static func attention(_ state: DashboardState) -> [Row] {
        var rows: [Row] = []
        func note(_ level: State, _ what: String, _ more: String) {
            rows.append(Row(state: level, cells: [("what", what), ("more", more)]))
        }
        let health = state.health
        if health["status"]?.string == "unhealthy" {
            note(.bad, "No decision can be made", health["error"]?.string ?? "calls keep the caller ID that they have")
        } else if let error = health["error"]?.string {
            note(.bad, "The database does not take changes", "\(error); decisions go on")
        }
        if let error = health["redis"]?["error"]?.string { note(.bad, "Redis is away", "\(error); decisions go on") }
        if let error = health["sync"]?["error"]?.string { note(.warn, "The last sync failed", error) }
        if state.numbers.active == 0 {
            let more = "import some with 'asterisk-connector callerid import', or POST /api/import"
            note(.warn, "No number is in use", more)
        } else if state.numbers.free == 0 {
            note(.bad, "No number is free", "calls keep the caller ID that they have")
        } else if state.numbers.isLow(below: state.lowWater) {
            note(.warn, "Few numbers are free", "less than \(state.lowWater) % of the active ones")
        }
        if state.droppedRows > 0 {
            let count = PageText.count(state.droppedRows, "row")
            note(.warn, "The history has gaps", "\(count) dropped since the start: disk or database did not keep up")
        }
        return rows.filter { $0.state == .bad } + rows.filter { $0.state != .bad }
    }

    // MARK: Tiles

    private static func numbers(_ state: DashboardState) -> [(StaticString, String)] {
        let numbers = state.numbers
        let isLow = numbers.isLow(below: state.lowWater)
        let level: State = numbers.active == 0 ? .none : numbers.free == 0 ? .bad : isLow ? .warn : .ok
        let reserved =
            state.reservationSeconds == 0
            ? "numbers are not reserved" : "each for \(PageText.span(seconds: state.reservationSeconds))"
        return [
            ("free-state", level.rawValue), ("free", PageText.count(numbers.free)),
            (
                "free-note",
                "of \(PageText.count(numbers.active)) active, \(PageText.count(numbers.total)) in all"
            ),
            ("free-share", "\(numbers.active == 0 ? 0 : numbers.free * 1000 / numbers.active)"),
            ("reserved", PageText.count(numbers.reservations)), ("reserved-note", reserved),
        ]
    }

    private static func requests(_ state: DashboardState) -> [(StaticString, String)] {
        var all = state.campaigns.others
        for count in state.campaigns.counts.values { all.add(count) }
        let day = all.requests == 0 ? "none" : PageText.count(all.requests)
        let milliseconds = state.hour.milliseconds
        return [
            ("requests", PageText.count(state.hour.count)), ("requests-note", "\(day) in the last 24 hours"),
            ("latency", state.hour.count == 0 ? "–" : Self.time(milliseconds: milliseconds)),
            ("latency-note", "mean of the last hour"),
        ]
    }

    /// `0.042 ms`, `3.4 ms`, `120 ms`.
    private static func time(milliseconds: Double) -> String {
        guard milliseconds < 10 else { return PageText.latency(milliseconds / 1000) }
        let thousandths = Int((milliseconds * 1000).rounded())
        let fraction = String(thousandths % 1000)
        let digits = String(repeating: "0", count: 3 - fraction.utf8.count) + fraction
        return "\(thousandths / 1000).\(thousandths < 1000 ? digits : String(digits.prefix(1))) ms"
    }

    /// The database, Redis and the last sync, as `/health` has them.
    private static func backends(_ health: JSONValue) -> [(StaticString, String)] {
        let database = health["database"]?.string ?? "unknown"
        let redis = health["redis"]?["status"]?.string ?? "disabled"
        var notes: [String] = []
        if let clients = health["redis"]?["connected_clients"]?.integer { notes.append("\(clients) clients") }
        if let memory = health["redis"]?["used_memory"]?.string { notes.append("\(memory) in use") }
        if let uptime = health["redis"]?["uptime_seconds"]?.integer {
            notes.append("up \(PageText.span(seconds: uptime))")
        }
        let redisNote = redis == "disabled" ? "this process decides alone" : notes.joined(separator: ", ")
        let sync = health["sync"]
        let error = sync?["error"]?.string
        let last = sync?["last"]?.string
        return [
            ("database-state", (database == "healthy" ? State.ok : .bad).rawValue), ("database", title(database)),
            ("database-note", health["error"]?.string ?? "numbers and history"),
            ("redis-state", (redis == "disabled" ? State.none : redis == "healthy" ? .ok : .bad).rawValue),
            ("redis", redis == "disabled" ? "Not used" : title(redis)),
            ("redis-note", health["redis"]?["error"]?.string ?? redisNote),
            ("sync-state", (sync == nil ? State.none : error == nil ? .ok : .warn).rawValue),
            ("sync", sync == nil ? "None" : error == nil ? last ?? "Not yet" : "Failed"),
            ("sync-note", error ?? (sync == nil ? "the numbers are in this service's own database" : "")),
        ]
    }

    private static func title(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

    private static func summaries(_ state: DashboardState) -> [(StaticString, String)] {
        func names(_ names: RecentActivity.Names) -> String {
            let count = names.counts.count
            return count > nameLimit ? "\(PageText.count(nameLimit)) of \(PageText.count(count))" : ""
        }
        let isCut = state.areas.count > areaLimit
        let shown = min(state.requests.count, requestLimit)
        return [
            ("areas", isCut ? "\(areaLimit) of \(PageText.count(state.areas.count))" : ""),
            ("campaigns", names(state.campaigns)), ("agents", names(state.agents)),
            ("last", shown > 0 ? "the last \(shown), newest first" : ""),
            (
                "history-none",
                state.searched.isEmpty
                    ? "Enter a number: who asked for it and got it, the newest first." : "No request got this number."
            ),
        ]
    }

    // MARK: Lists

    private static func areas(_ state: DashboardState) -> [Row] {
        let areas = state.areas.sorted { one, other in
            let (left, right) = (one.free * other.active, other.free * one.active)
            if left != right { return left < right }
            return (one.area.description, one.pool) < (other.area.description, other.pool)
        }
        return areas.prefix(areaLimit).map { area in
            let isLow = area.free * 100 < area.active * state.lowWater
            return Row(
                state: area.free == 0 ? .bad : isLow ? .warn : .ok,
                cells: [
                    ("what", area.area.description), ("more", area.pool.isEmpty ? "" : "pool \(area.pool)"),
                    ("number", "\(PageText.count(area.free)) of \(PageText.count(area.active))"),
                    ("share", "\(area.active == 0 ? 0 : area.free * 100 / area.active) % free"),
                ],
                progress: (area.free, max(area.active, 1))
            )
        }
    }

    private static func names(_ names: RecentActivity.Names) -> [Row] {
        func row(_ name: String, _ count: RecentActivity.Count) -> Row {
            Row(
                cells: [
                    ("what", name), ("number", PageText.count(count.requests, "request")),
                    ("number", "\(count.successes * 100 / max(count.requests, 1)) % got a number"),
                ]
            )
        }
        let sorted = names.counts.sorted { ($1.value.requests, $0.key) < ($0.value.requests, $1.key) }
        let others = names.others.requests > 0 ? [row("(others)", names.others)] : []
        return sorted.prefix(nameLimit).map { row($0.key, $0.value) } + others
    }

    private static func request(_ row: AuditRow, _ now: Timestamp) -> Row {
        let isFound = !row.number.isEmpty
        let reason = row.error.isEmpty ? "status \(row.status)" : reasons[row.error] ?? row.error
        return Row(
            state: isFound ? .none : row.error == "rate" ? .warn : .bad,
            cells: [
                ("when", PageText.time(Timestamp(seconds: Timestamp(microseconds: row.time).seconds), now: now)),
                (isFound ? "id" : "id result", isFound ? row.number : reason),
                ("what", row.destination.isEmpty ? row.endpoint : "for \(row.destination)"),
                ("soft", party(row.agent, row.campaign)),
                ("number soft took", time(milliseconds: Double(row.microseconds) / 1000)),
            ]
        )
    }

    private static let reasons = [
        "rate": "asked too often", "empty": "no numbers", "inactive": "out of use", "reserved": "all reserved",
        "quota": "all used up", "area": "none of the area",
        "redis": "Redis is away",
    ]

    private static func party(_ agent: String, _ campaign: String) -> String {
        agent.isEmpty ? campaign : campaign.isEmpty ? agent : "\(agent), \(campaign)"
    }

    /// The numbers that were handed out last, each once.
    private static func used(_ state: DashboardState) -> [Row] {
        var known: Set<String> = []
        var rows: [Row] = []
        for row in state.requests where !row.number.isEmpty && known.insert(row.number).inserted {
            rows.append(
                Row(
                    cells: [
                        ("id", row.number), ("soft", row.agent),
                        ("when", PageText.age(Timestamp(microseconds: row.time), now: state.now) + " ago"),
                    ]
                )
            )
            if rows.count == usedLimit { break }
        }
        return rows
    }

    /// A time in the history without its fraction.
    private static func clock(_ time: String) -> String { String(time.prefix(19).map { $0 == "T" ? " " : $0 }) }

    private static func history(_ state: DashboardState) -> [Row] {
        guard let page = state.history else { return [] }
        let rows = page.entries.map { entry in
            let until = entry.reservedUntil.map { "reserved until \(clock($0).suffix(8))" }
            let isRelease = entry.endpoint == "/api/reservation" || entry.endpoint == "release"
            return Row(
                cells: [
                    ("when", clock(entry.time)), ("id", entry.number),
                    ("what", isRelease ? "released" : entry.destination.isEmpty ? "" : "for \(entry.destination)"),
                    ("soft", party(entry.agent, entry.campaign)), ("soft", until ?? entry.endpoint),
                ]
            )
        }
        guard page.next != nil else { return rows }
        let more = "There are older rows: GET /api/audit has all of them."
        return rows + [Row(cells: [("what all", more)])]
    }
}
