package import Basics

/// Decides what follows from the outcome of each request, and how fast the next ones may be sent.
///
/// It has no clock, no spool and no log: it only returns what to do and what to log.
package struct DeliveryPolicy: Sendable {
    /// How many requests may be in flight.
    package private(set) var pace: DeliveryPace
    /// Whether dead letters may be created.
    package private(set) var breaker: CircuitBreaker
    /// Whether requests are compressed; off after the API has refused gzip.
    package private(set) var compresses: Bool
    /// The last error since the last success.
    package private(set) var lastError: String?
    private let acknowledgement: AcknowledgementRules.Mode
    private let fullRequestBytes: Int
    private var kept: LearnedDelivery
    private var suspectsInRow = 0
    /// Batches with suspect answers since the last success, at most `suspectLimit`.
    private var suspectBatches: Set<String> = []
    private var histories: BatchHistories

    /// After this many suspect answers in a row an error is logged; when they are about this many batches, all sending
    /// pauses.
    private static let suspectLimit = 3
    /// Requests of this size are never made smaller: one 413 to every request would otherwise slow down all later ones.
    package static let smallestLimit = 16 << 10

    /// - Parameters:
    ///   - backoff: the backoff of each batch after suspect answers.
    ///   - learned: the facts from an earlier run.
    package init(
        pace: DeliveryPace,
        compresses: Bool,
        requestBytes: Int,
        acknowledgement: AcknowledgementRules.Mode = .json,
        backoff: Backoff = Backoff(base: .seconds(1), cap: .seconds(300)),
        learned: LearnedDelivery = LearnedDelivery()
    ) {
        self.pace = pace
        self.compresses = compresses
        self.acknowledgement = acknowledgement
        histories = BatchHistories(backoff: backoff)
        fullRequestBytes = requestBytes
        kept = learned
        breaker = CircuitBreaker(inRow: learned.refusals)
        if breaker.isOpen { self.pace.beginWithProbe() }
    }

    /// The most bytes of records in a request.
    package var requestBytes: Int { min(fullRequestBytes, kept.requestBytes ?? fullRequestBytes) }

    /// The facts to store for the next run.
    package var learned: LearnedDelivery {
        var learned = kept
        learned.refusals = breaker.inRow
        learned.lowCounts = histories.lowCounts
        return learned
    }

    /// Allows requests of the full size again when the limit is a day old.
    package mutating func expireLimit(at now: Timestamp) { kept.expire(at: now) }

    /// Adds the batches that an earlier run left, by their keys.
    package mutating func takeOver(_ batches: [String]) {
        histories.takeOver(batches, lowCounts: kept.lowCounts)
    }

    /// Replaces a batch by its parts, which inherit its history.
    package mutating func replace(_ batch: String, by parts: [String]) { histories.replace(batch, by: parts) }

    /// Whether this batch is compressed.
    package func compresses(_ batch: String) -> Bool { compresses && !histories[batch].isPlain }

    /// The kind of probe to send while the circuit breaker is open.
    package mutating func nextProbe() -> CircuitBreaker.Probe { breaker.nextProbe() }

    /// Decides what follows from one request.
    package mutating func decide(
        _ outcome: DeliveryOutcome,
        of sent: Sent,
        at now: ContinuousClock.Instant,
        using generator: inout some RandomNumberGenerator
    ) -> Decision {
        let rules = AcknowledgementRules(
            mode: acknowledgement,
            mayHaveArrived: histories[sent.batch].mayHaveArrived
        )
        let responseClass = ResponseClass(outcome, count: sent.records, isGzip: sent.isGzip, rules: rules)
        if case .unknown = responseClass { return Decision(step: .keep) }
        if case .suspect = responseClass { suspectsInRow += 1 } else { suspectsInRow = 0 }
        if outcome.leavesOpen { histories[sent.batch].mayHaveArrived = true }
        switch responseClass {
        case .unknown: return Decision(step: .keep)
        case .delivered(let reservation): return delivered(sent, reservation, at: now)
        case .retryPlain: return sendPlain()
        case .confirm(let refusal):
            histories[sent.batch].isPlain = true
            histories[sent.batch].provesNoGzip = true
            let fields = [Logger.Field("status", refusal.status), .init("reason", refusal.excerpt)]
            return Decision(
                step: .sendAgain,
                notices: [DeliveryNotice(.warning, "gzip body refused, same batch sent plain", fields)]
            )
        case .retry(let after, let reason):
            let wait = pause(.transient, reason, after, at: now, &generator)
            return failed(.warning, "delivery failed, nothing is lost", reason, wait)
        case .suspect(let suspicion): return suspect(suspicion, sent, at: now, &generator)
        case .pause(let after, let reason):
            let wait = pause(.configuration, reason, after, at: now, &generator)
            return failed(.error, "delivery paused until the error is corrected, nothing is lost", reason, wait)
        case .divide(let refusal), .shrink(let refusal), .moveToDeadLetters(let refusal):
            return refused(refusal, responseClass, sent, at: now, &generator)
        }
    }

    private mutating func delivered(
        _ sent: Sent,
        _ reservation: Acknowledgement.Reservation?,
        at now: ContinuousClock.Instant
    ) -> Decision {
        var decision = Decision(step: .acknowledge(shortfall: 0), reservation: reservation)
        if let reason = pace.pause?.reason, reason > .transient || breaker.isOpen {
            decision.notices.append(DeliveryNotice(.info, "delivery resumed"))
        }
        if case .incomplete(let reason) = reservation {
            let fields = [Logger.Field("error", reason)]
            decision.notices.append(DeliveryNotice(.warning, "acknowledgement incomplete, accepted", fields))
        }
        if let (queued, reason) = reservation?.lowCount {
            decision.step = .acknowledge(shortfall: sent.records - queued)
            let fields = [Logger.Field("sent", sent.records), .init("queued", queued), .init("because", reason)]
            let message = "queued_count below the number sent, accepted"
            decision.notices.append(DeliveryNotice(.warning, message, fields))
        }
        if histories.forget(sent.batch)?.provesNoGzip ?? false { decision.notices += sendPlain().notices }
        let wasPaused = pace.pause != nil || breaker.isOpen
        pace.succeeded(at: now)
        breaker.succeeded()
        suspectBatches = []
        decision.endsPause = wasPaused && pace.pause == nil
        if pace.pause == nil { lastError = nil }
        return decision
    }

    /// Holds the batch back: alone while other batches succeed, together with all others otherwise.
    private mutating func suspect(
        _ suspicion: Suspicion,
        _ sent: Sent,
        at now: ContinuousClock.Instant,
        _ generator: inout some RandomNumberGenerator
    ) -> Decision {
        lastError = suspicion.reason
        var history = histories[sent.batch]
        var wait = history.backoff.next(using: &generator)
        var isStuck = false
        if suspicion.kind == .lowCount {
            history.lowCounts = min(history.lowCounts + 1, BatchHistory.lowCountLimit)
            if history.lowCounts == BatchHistory.lowCountLimit {
                wait = BatchHistory.lowCountWait
                isStuck = true
            }
        } else {
            if suspectBatches.count < Self.suspectLimit { suspectBatches.insert(sent.batch) }
            if suspectBatches.count == Self.suspectLimit {
                let pause = pause(.transient, suspicion.reason, nil, at: now, &generator)
                wait = max(wait, pause)
            }
        }
        histories[sent.batch] = history
        let fields: [Logger.Field] = [
            .init("answer", suspicion.reason), .init("advice", suspicion.advice), .init("retry_in", wait.formatted),
        ]
        let notice =
            if isStuck {
                DeliveryNotice(.error, "batch held back, queued_count below the number sent", fields)
            } else if suspicion.kind != .lowCount, suspectsInRow >= Self.suspectLimit {
                DeliveryNotice(.error, "answers stay suspect", fields)
            } else {
                DeliveryNotice(.warning, "suspect answer", fields)
            }
        return Decision(step: .hold(until: now + wait), notices: [notice], suspicion: suspicion.kind)
    }

    private mutating func sendPlain() -> Decision {
        defer { compresses = false }
        let notice = DeliveryNotice(.warning, "gzip unsupported by the API, sending plain")
        return Decision(step: .sendAgain, notices: compresses ? [notice] : [])
    }

    /// Splits a batch of several records, and turns a single record into a dead letter, but only while the circuit
    /// breaker is closed.
    private mutating func refused(
        _ refusal: Refusal,
        _ responseClass: ResponseClass,
        _ sent: Sent,
        at now: ContinuousClock.Instant,
        _ generator: inout some RandomNumberGenerator
    ) -> Decision {
        lastError = "HTTP \(refusal.status): \(refusal.excerpt)"
        let fields = [Logger.Field("status", refusal.status), .init("reason", refusal.excerpt)]
        var decision: Decision
        switch responseClass {
        case .moveToDeadLetters where breaker.isOpen: decision = Decision(step: .sendAgain)
        case .moveToDeadLetters:
            breaker.deadLettered()
            histories.forget(sent.batch)
            let message = "record refused, kept as a dead letter"
            let notice = DeliveryNotice(.warning, message, fields, collapsing: false)
            decision = Decision(step: .moveToDeadLetters(refusal), notices: [notice])
        case .shrink:
            kept.requestBytes = min(requestBytes, max(Self.smallestLimit, sent.bytes / 2))
            kept.limitedAt = sent.sentAt
            let message = "request too large, sending smaller ones"
            let sizes = [Logger.Field("bytes", sent.bytes), .init("limit", requestBytes)]
            decision = Decision(step: .split, notices: [DeliveryNotice(.warning, message, sizes + fields)])
        default:
            let message = "request refused, sending its halves to find the bad record"
            let records = [Logger.Field("records", sent.records)]
            decision = Decision(step: .split, notices: [DeliveryNotice(.warning, message, records + fields)])
        }
        guard breaker.isOpen else { return decision }
        let wait = pause(.contract, lastError ?? "", nil, at: now, &generator)
        let message = "records refused in a row, delivery paused; ask the operator of the API"
        decision.notices.append(DeliveryNotice(.error, message, fields + [.init(own: "retry_in", wait.formatted)]))
        return decision
    }

    /// Starts a pause and returns its length.
    private mutating func pause(
        _ reason: PauseReason,
        _ error: String,
        _ after: Duration?,
        at now: ContinuousClock.Instant,
        _ generator: inout some RandomNumberGenerator
    ) -> Duration {
        lastError = error
        return pace.failed(reason, at: now, retryAfter: after, using: &generator)
    }

    private func failed(_ level: LogLevel, _ message: String, _ error: String, _ wait: Duration) -> Decision {
        let fields = [Logger.Field("error", error), .init(own: "retry_in", wait.formatted)]
        return Decision(step: .sendAgain, notices: [DeliveryNotice(level, message, fields)])
    }
}
