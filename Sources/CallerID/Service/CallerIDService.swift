import Basics

/// Answers requests for caller IDs, whichever way they come: decides, counts, measures, and keeps the history.
package struct CallerIDService: Sendable {
    package let engine: EmbeddedEngine
    let metrics: CallerIDMetrics
    /// Digits of the dial plan before the destination.
    let prefix: String
    let recent: RecentRequests

    package init(_ engine: EmbeddedEngine, _ metrics: CallerIDMetrics, prefix: String) {
        self.engine = engine
        self.metrics = metrics
        self.prefix = prefix
        recent = RecentRequests()
    }

    /// What a decision says to the caller.
    enum Answer: Sendable {
        case number(String, areaCode: Digits, carrier: String, reservedFor: Int)
        case rateLimited(retryAfter: Int)
        case unavailable(Selection.Reason, retryAfter: Int)
    }

    /// Decides about a request.
    ///
    /// - Parameters:
    ///   - endpoint: where it came from, for the history: `/next-cid`, `next-cid`.
    ///   - method: `GET`, `POST`, `AGI`.
    func decide(_ request: NextCallerIDRequest, endpoint: String, method: String) -> Answer {
        let begin = ContinuousClock.now
        let answer: Answer
        switch request {
        case .selection(let selection):
            switch engine.select(selection) {
            case .granted(let grant):
                if let tier = grant.tier { metrics.tiers[tier]?.add() }
                answer = .number(
                    grant.number.description,
                    areaCode: grant.areaCode,
                    carrier: grant.carrier,
                    reservedFor: grant.reservedFor
                )
            case .rateLimited(let wait): answer = .rateLimited(retryAfter: wait)
            case .unavailable(let reason, let wait): answer = .unavailable(reason, retryAfter: wait)
            }
        case .lookup(let lookup, _):
            answer = engine.lookUp(lookup).map { Answer($0, metrics) } ?? Self.noNumber
        }
        var row = row(endpoint, method)
        row.agent = request.request.agent
        row.campaign = request.request.campaign
        row.destination = request.request.destination.digits
        note(answer, row, begin)
        return answer
    }

    /// Finds the number that a trunk shows; `nil` when there is none.
    func find(_ lookup: TrunkLookup, endpoint: String) -> TrunkNumber? {
        let begin = ContinuousClock.now
        let found = engine.lookUp(lookup)
        note(found.map { Answer($0, metrics) } ?? Self.noNumber, row(endpoint, "AGI"), begin)
        return found
    }

    private static let noNumber = Answer.unavailable(.empty, retryAfter: Selection.longestWait)

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
        }
        metrics.seconds.observe(Double(row.microseconds) / 1_000_000)
        recent.add(microseconds: row.microseconds, at: row.time)
        engine.audit(row)
    }
}

extension CallerIDService.Answer {
    /// The number of a trunk, which is counted with its tier.
    fileprivate init(_ found: TrunkNumber, _ metrics: CallerIDMetrics) {
        metrics.tiers[found.tier]?.add()
        self = .number(found.number, areaCode: found.areaCode, carrier: found.carrier, reservedFor: 0)
    }
}
