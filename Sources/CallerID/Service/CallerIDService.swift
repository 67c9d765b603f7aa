import Basics

/// Answers requests for caller IDs, whichever way they come: decides, counts, measures, and keeps the history.
package struct CallerIDService: Sendable {
    /// What decides without Redis; with it, the picture of what Redis decided.
    package let engine: EmbeddedEngine
    /// What decides in Redis; `nil` without it.
    let shared: SharedEngine?
    let metrics: CallerIDMetrics
    /// Digits of the dial plan before the destination.
    let prefix: String
    let recent: RecentRequests
    let activity = RecentActivity()
    /// Where changes of administrators are written; `nil` for nowhere.
    package let adminAudit: AdminAudit?
    /// The history in the database of the site; `nil` where it has none.
    let foreignHistory: ForeignHistory?
    /// Changes numbers.
    package let numbers: NumberEditor

    init(
        _ engine: EmbeddedEngine,
        shared: SharedEngine? = nil,
        _ metrics: CallerIDMetrics,
        prefix: String,
        adminAudit: AdminAudit? = nil,
        numbers: NumberEditor? = nil,
        foreignHistory: ForeignHistory? = nil
    ) {
        self.foreignHistory = foreignHistory
        self.adminAudit = adminAudit
        self.engine = engine
        self.shared = shared
        self.metrics = metrics
        self.prefix = prefix
        recent = RecentRequests()
        self.numbers = numbers ?? NumberEditor(engine)
    }

    /// What a decision says to the caller.
    enum Answer: Sendable {
        case number(String, areaCode: Digits, carrier: String, reservedFor: Int)
        case rateLimited(retryAfter: Int)
        case unavailable(Selection.Reason, retryAfter: Int)
        /// Nothing could be decided.
        case undecided(Undecided)
    }

    /// Decides about a request, without Redis.
    ///
    /// - Parameters:
    ///   - endpoint: where it came from, for the history: `/next-cid`, `next-cid`.
    ///   - method: `GET`, `POST`, `AGI`.
    func decide(_ request: NextCallerIDRequest, endpoint: String, method: String) -> Answer {
        let begin = ContinuousClock.now
        let answer: Answer
        switch request {
        case .selection(let selection):
            answer = Answer(engine.select(selection), metrics)
        case .lookup(let lookup, _):
            answer = engine.lookUp(lookup).map { Answer($0, metrics) } ?? Self.noNumber
        }
        note(answer, row(request, endpoint, method), begin)
        return answer
    }

    /// Decides about a request, in Redis where the settings name one.
    ///
    /// Does not block.
    ///
    /// - Parameter completion: called exactly once: before this returns, or on the thread of the connection to Redis.
    func decide(
        _ request: NextCallerIDRequest,
        endpoint: String,
        method: String,
        completion: @escaping @Sendable (Answer) -> Void
    ) {
        guard let shared else { return completion(decide(request, endpoint: endpoint, method: method)) }
        let begin = ContinuousClock.now
        let finish = { @Sendable (answer: Answer) in
            note(answer, row(request, endpoint, method), begin)
            completion(answer)
        }
        switch request {
        case .selection(let selection): shared.select(selection) { finish(Answer($0, metrics)) }
        case .lookup(let lookup, _):
            shared.lookUp(lookup) { finish(Answer($0, metrics)) }
        }
    }

    /// Finds the number that a trunk shows; `nil` when there is none.
    ///
    /// - Parameter completion: as for `decide`.
    func find(
        _ lookup: TrunkLookup,
        endpoint: String,
        completion: @escaping @Sendable (Result<TrunkNumber?, Undecided>) -> Void
    ) {
        let begin = ContinuousClock.now
        let finish = { @Sendable (found: Result<TrunkNumber?, Undecided>) in
            note(Answer(found, metrics), row(endpoint, "AGI"), begin)
            completion(found)
        }
        if let shared { shared.lookUp(lookup, completion: finish) } else { finish(.success(engine.lookUp(lookup))) }
    }

    /// Ends a reservation before its time; false when there is no such reservation.
    ///
    /// - Parameters:
    ///   - holder: whose reservation it must be; `nil` ends any.
    ///   - wasUnused: takes the use off the counts of this hour and day.
    ///   - completion: as for `decide`.
    func release(
        _ number: Digits,
        holder: String?,
        wasUnused: Bool = false,
        completion: @escaping @Sendable (Bool) -> Void
    ) {
        guard let shared else {
            return completion(engine.release(number, holder: holder, wasUnused: wasUnused))
        }
        shared.release(number, holder: holder, wasUnused: wasUnused, completion: completion)
    }

    /// Keeps the release of a number in the history.
    func noteRelease(of number: Digits, endpoint: String, method: String) {
        var row = row(endpoint, method)
        row.number = number.description
        keep(row)
    }

    /// Keeps a row in the history, in both places where there are two.
    private func keep(_ row: AuditRow) {
        engine.audit(row)
        foreignHistory?.append(row)
    }

    /// Rows of the history that found no room.
    var droppedRows: Int { engine.figures.droppedRows + (foreignHistory?.droppedCount ?? 0) }

    fileprivate static let noNumber = Answer.unavailable(.empty, retryAfter: Selection.longestWait)

    private func row(_ request: NextCallerIDRequest, _ endpoint: String, _ method: String) -> AuditRow {
        var row = row(endpoint, method)
        row.agent = request.request.agent
        row.campaign = request.request.campaign
        row.destination = request.request.destination.digits
        return row
    }

    private func row(_ endpoint: String, _ method: String) -> AuditRow {
        AuditRow(time: Timestamp.now().microseconds, endpoint: endpoint, method: method, status: 200)
    }

    /// Counts an answer, and keeps it in the history.
    private func note(_ answer: Answer, _ row: AuditRow, _ begin: ContinuousClock.Instant) {
        let took = begin.duration(to: .now).components
        var row = row
        row.microseconds = took.seconds * 1_000_000 + took.attoseconds / 1_000_000_000_000
        switch answer {
        case .number(let number, _, _, let reservedFor):
            metrics.requests[.ok]?.add()
            row.number = number
            if reservedFor > 0 { row.reservedUntil = row.time + Int64(reservedFor) * 1_000_000 }
        case .rateLimited:
            metrics.requests[.rate]?.add()
            (row.status, row.error) = (429, "rate")
        case .unavailable(let reason, _):
            metrics.requests[.none]?.add()
            (row.status, row.error) = (503, reason.rawValue)
        case .undecided:
            metrics.requests[.error]?.add()
            (row.status, row.error) = (503, "redis")
        }
        metrics.seconds.observe(Double(row.microseconds) / 1_000_000)
        recent.add(microseconds: row.microseconds, at: row.time)
        activity.add(row)
        keep(row)
    }
}

/// Why nothing could be decided.
enum Undecided: String, Error, Sendable {
    /// Redis is away, and the settings or the time since the start forbid decisions without it.
    case redis = "Redis not available"
    /// Redis has not answered yet since the start.
    case starting = "Service starting"
}

extension CallerIDService.Answer {
    fileprivate init(_ selection: Result<Selection, Undecided>, _ metrics: CallerIDMetrics) {
        switch selection {
        case .success(let selection): self.init(selection, metrics)
        case .failure(let reason): self = .undecided(reason)
        }
    }

    fileprivate init(_ found: Result<TrunkNumber?, Undecided>, _ metrics: CallerIDMetrics) {
        switch found {
        case .success(let found): self = found.map { Self($0, metrics) } ?? CallerIDService.noNumber
        case .failure(let reason): self = .undecided(reason)
        }
    }

    /// The answer to a request in rotation; a number is counted with its tier.
    fileprivate init(_ selection: Selection, _ metrics: CallerIDMetrics) {
        switch selection {
        case .granted(let grant):
            if let tier = grant.tier { metrics.tiers[tier]?.add() }
            self = .number(
                grant.number.description,
                areaCode: grant.areaCode,
                carrier: grant.carrier,
                reservedFor: grant.reservedFor
            )
        case .rateLimited(let wait): self = .rateLimited(retryAfter: wait)
        case .unavailable(let reason, let wait): self = .unavailable(reason, retryAfter: wait)
        }
    }

    /// The number of a trunk, which is counted with its tier.
    fileprivate init(_ found: TrunkNumber, _ metrics: CallerIDMetrics) {
        metrics.tiers[found.tier]?.add()
        self = .number(found.number, areaCode: found.areaCode, carrier: found.carrier, reservedFor: 0)
    }
}
