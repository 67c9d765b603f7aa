import Basics
import HTTP
import LiveCalls
import SQLite

/// Calls that have ended, and what they add up to.
struct HistoryRoutes: Sendable {
    let live: LiveState
    let keeper: CallsKeeper
    let logins: LoginService
    let days: HistoryDays
    let gate: CommandGate

    var routes: [Route] {
        [
            Route(.get, "/api/ami/calls/history", access: .authenticated) { try await history($0) },
            Route(.get, "/api/admin/call-stats", access: .authenticated) { try await callStats($0) },
            Route(.get, "/api/admin/queue-activity", access: .authenticated) { try await queueActivity($0) },
            Route(.get, "/api/admin/historical-stats", access: .authenticated) { try await historicalStats($0) },
            transferStats,
            .immediate(.get, "/api/admin/redis/sessions", access: .authenticated) { request in
                try allow(.admin, request)
                return sessions()
            },
        ]
    }

    /// The calls of an answer, and the rows of statistics.
    private static let (page, mostRows) = (100, 1000)

    func allow(_ role: CallRole, _ request: RoutedRequest) throws(RequestFailure) {
        let caller = try request.caller
        try gate.checkRate(.read, caller)
        let account = caller.account
        guard account.role >= role else {
            throw CallsFailure.forbidden.because("Role \(account.role.rawValue) may not do this")
        }
    }

    /// Reads from the store.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (CallsStore) throws -> Result
    ) async throws(RequestFailure) -> Result {
        do {
            return try await keeper.use(body)
        } catch {
            throw CallsFailure.databaseOff.because("The database cannot be read; see the log", retryAfter: 5)
        }
    }

    // MARK: Calls

    private func history(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        let caller = try request.caller
        try gate.checkRate(.read, caller)
        let account = caller.account
        var filter = try Self.filter(request)
        filter.before = try Self.number("before", request)
        if account.role < .manager {
            // Somebody without an extension had no calls.
            guard !account.extension.isEmpty else { return Self.answer([]) }
            filter.extensions.insert(account.extension, at: 0)
        }
        let rows = try await read { [filter] store in
            try store.history { history throws(SQLiteError) in try history.calls(filter, limit: Self.page + 1) }
        }
        return Self.answer(rows)
    }

    /// - Parameter rows: a page, and one more when there are more.
    private static func answer(_ rows: [HistoryRows.Row]) -> ServerResponse {
        CallsAnswers.success { json in
            json.key("calls")
            json.beginArray()
            for row in rows.prefix(page) { json.raw(row.call[...]) }
            json.endArray()
            json.key("before")
            if rows.count > page { json.integer(rows[page - 1].number) } else { json.null() }
        }
    }

    private static func filter(_ request: RoutedRequest) throws(RequestFailure) -> HistoryFilter {
        var filter = HistoryFilter()
        filter.from = try time("from", request)
        filter.to = try time("to", request)
        filter.extensions = request.query["extension"].map { [$0] } ?? []
        filter.number = request.query["number"]
        filter.queue = request.query["queue"]
        return filter
    }

    static func time(_ name: String, _ request: RoutedRequest) throws(RequestFailure) -> Timestamp? {
        guard let number = try number(name, request) else { return nil }
        guard number <= 1 << 50 else { throw RequestFields.failure("\(name): use milliseconds since 1970") }
        return Timestamp(microseconds: Int64(number) * 1000)
    }

    private static func number(_ name: String, _ request: RoutedRequest) throws(RequestFailure) -> Int? {
        guard let text = request.query[name] else { return nil }
        guard let number = Array(text.utf8)[...].integer, number >= 0 else {
            throw RequestFields.failure("\(name): use a whole number from 0 on")
        }
        return number
    }

    static func step(_ request: RoutedRequest) throws(RequestFailure) -> HistoryDays.Step {
        guard let step = HistoryDays.Step(rawValue: request.query["by"] ?? "day") else {
            throw RequestFields.failure("by: use hour or day")
        }
        return step
    }

    /// Throws for more rows than an answer may have.
    static func check(_ count: Int) throws(RequestFailure) {
        guard count <= mostRows else {
            throw RequestFields.failure("from, to: more than \(mostRows) rows; ask for less time, or by=day")
        }
    }

    private func sessions() -> ServerResponse {
        let counts = logins.live.withLock { $0.countsByRole }
        return CallsAnswers.success { json in
            json.required("active", counts.values.reduce(0, +))
            json.key("byRole")
            json.beginObject()
            for role in CallRole.allCases { json.count(role.rawValue, counts[role] ?? 0) }
            json.endObject()
        }
    }

    // MARK: Statistics

    private func callStats(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        try allow(.manager, request)
        let now = Timestamp.now()
        let today = days.today(at: now)
        let (directions, oldest) = try await read { store in
            try store.history { history throws(SQLiteError) in
                (try history.directions(HistoryFilter(from: today)), try history.oldest())
            }
        }
        let figures = live.figures
        let all = directions.reduce(HistoryRows.Sums()) { $0 + $1.sums }
        return CallsAnswers.success { json in
            json.required("at", Int(now.microseconds / 1000))
            json.key("calls")
            json.beginObject()
            json.required("active", figures.liveCalls)
            for state in [LiveCall.State.ringing, .held, .queued, .parked] {
                json.count(state.rawValue, figures.calls[state.rawValue] ?? 0)
            }
            json.endObject()
            json.key("today")
            json.beginObject()
            json.required("total", all.total)
            json.required("answered", all.answered)
            json.required("missed", all.total - all.answered)
            for direction in [LiveCall.Direction.inbound, .outbound, .internal] {
                let sums = directions.first { $0.direction == direction.rawValue }?.sums
                json.count(direction.rawValue, sums?.total ?? 0)
            }
            json.required("averageTalk", all.answered > 0 ? all.talk / all.answered : 0)
            json.required("averageWait", all.answered > 0 ? all.answeredWait / all.answered : 0)
            json.required("from", today.seconds * 1000)
            json.endObject()
            json.key("since")
            if let oldest { json.integer(Int(oldest.microseconds / 1000)) } else { json.null() }
            json.key("agents")
            json.beginObject()
            json.required("total", figures.allAgents)
            json.required("available", figures.agents[LiveAgent.State.available.rawValue] ?? 0)
            json.required("onCall", figures.agents[LiveAgent.State.onCall.rawValue] ?? 0)
            json.required("paused", figures.agents[LiveAgent.State.paused.rawValue] ?? 0)
            json.required("offline", figures.agents[LiveAgent.State.offline.rawValue] ?? 0)
            json.endObject()
        }
    }

    private func queueActivity(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        try allow(.manager, request)
        let viewer = EventViewer(try request.caller.account)
        let today = days.today(at: .now())
        let visits = try await read { store in
            try store.history { history throws(SQLiteError) in try history.visits(since: today) }
        }
        return CallsAnswers.success { live.writeQueues(for: viewer, visits: visits, into: &$0) }
    }

    private func historicalStats(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        try allow(.manager, request)
        let step = try Self.step(request)
        let filter = try Self.filter(request)
        let quarters = try await read { store in
            try store.history { history throws(SQLiteError) in try history.quarters(filter) }
        }
        let rows = days.joined(quarters, by: step)
        try Self.check(rows.count)
        return CallsAnswers.success { json in
            json.key("rows")
            json.beginArray()
            for (from, sums) in rows {
                json.beginObject()
                json.required("from", from * 1000)
                json.required("total", sums.total)
                json.required("answered", sums.answered)
                json.required("missed", sums.total - sums.answered)
                json.required("abandoned", sums.abandoned)
                json.required("talkSeconds", sums.talk)
                json.required("waitSeconds", sums.wait)
                json.endObject()
            }
            json.endArray()
        }
    }
}

extension JSONWriter {
    fileprivate mutating func count(_ name: String, _ value: Int) {
        key(Array(name.utf8)[...])
        integer(value)
    }
}
