import Basics
package import Delivery

/// What is done about the outcome of each upload, and how fast the next ones may go.
///
/// As `DeliveryPolicy` for records, without clock, spool and log; but a recording that is refused has no part that could
/// be to blame, and it does not hold up the others. A failed attempt counts against a recording when others fared
/// better: not while the API takes nothing from anybody.
package struct UploadPolicy: Sendable {
    /// What happens to the recording.
    package enum Step: Sendable, Equatable {
        case done
        /// It goes again when so much time has passed and the pace allows.
        case again(after: Duration, attempts: Int)
        /// It is given up, until an operator says otherwise.
        case park(attempts: Int)
        /// It stays as it is: we stop.
        case keep
    }

    package struct Decision: Sendable, Equatable {
        package var step: Step
        package var failure: UploadFailure?
        /// What went wrong; empty when nothing did.
        package var reason = ""
        package var notices: [DeliveryNotice] = []
        package var reservation: Acknowledgement.Reservation?
    }

    /// So many attempts that count are enough.
    package static let attemptLimit = 10

    package private(set) var pace: DeliveryPace
    package private(set) var breaker: CircuitBreaker
    /// What went wrong since the last success.
    package private(set) var lastError: String?
    private let retryWait: Duration

    /// - Parameters:
    ///   - retryWait: before a failed upload is tried again; zero: it is parked at once.
    ///   - learned: by an earlier run.
    package init(pace: DeliveryPace, retryWait: Duration, learned: LearnedDelivery = LearnedDelivery()) {
        self.pace = pace
        self.retryWait = retryWait
        breaker = CircuitBreaker(inRow: learned.refusals)
        if breaker.isOpen { self.pace.beginWithProbe() }
    }

    /// What the next run should know.
    package var learned: LearnedDelivery {
        var learned = LearnedDelivery()
        learned.refusals = breaker.inRow
        return learned
    }

    /// Draws the consequence of one upload.
    ///
    /// - Parameters:
    ///   - attempts: how many have counted before.
    ///   - rules: what counts as an acknowledgement of it.
    package mutating func decide(
        _ outcome: DeliveryOutcome,
        attempts: Int,
        rules: AcknowledgementRules = AcknowledgementRules(isRecording: true),
        at now: ContinuousClock.Instant,
        using generator: inout some RandomNumberGenerator
    ) -> Decision {
        let wentWell = pace.pause == nil
        switch Self.responseClass(on: outcome, rules) {
        case .unknown: return Decision(step: .keep)
        case .delivered(let reservation): return succeeded(reservation, at: now)
        case .retry(let after, let reason):
            let wait = pause(.transient, reason, after, at: now, &generator)
            return failed(.unavailable, reason, attempts + (wentWell ? 1 : 0), wait)
        case .suspect(let suspicion):
            let reason = "\(suspicion.reason); \(suspicion.advice)"
            let wait = pause(.transient, reason, nil, at: now, &generator)
            return failed(.doubtful, reason, attempts + (wentWell ? 1 : 0), wait)
        case .pause(let after, let reason):
            let wait = pause(.configuration, reason, after, at: now, &generator)
            let message = "uploads paused until the error is corrected, nothing is lost"
            let fields = [Logger.Field("error", reason), .init(own: "retry_in", wait.formatted)]
            return Decision(
                step: .again(after: .zero, attempts: attempts),
                failure: .misconfigured,
                reason: reason,
                notices: [DeliveryNotice(.error, message, fields)]
            )
        case .moveToDeadLetters(let refusal), .divide(let refusal), .shrink(let refusal):
            return refused(refusal, attempts, at: now, &generator)
        case .retryPlain, .confirm: return Decision(step: .again(after: .zero, attempts: attempts))
        }
    }

    /// A client error speaks of the recording, unless it is plainly about who sends or when.
    private static func responseClass(on outcome: DeliveryOutcome, _ rules: AcknowledgementRules) -> ResponseClass {
        let responseClass = ResponseClass(outcome, count: 1, isGzip: false, rules: rules)
        guard case .pause = responseClass, case .answered(let status, _, let body, let shown) = outcome, status >= 400,
            ![401, 403, 407].contains(status)
        else { return responseClass }
        return .moveToDeadLetters(Refusal(status: status, body: shown ?? body))
    }

    /// The API has a recording.
    package mutating func succeeded(
        _ reservation: Acknowledgement.Reservation? = nil,
        at now: ContinuousClock.Instant
    ) -> Decision {
        var decision = Decision(step: .done, reservation: reservation)
        if let reason = pace.pause?.reason, reason > .transient || breaker.isOpen {
            decision.notices = [DeliveryNotice(.info, "uploads resumed")]
        }
        if let (queued, reason) = reservation?.lowCount {
            let fields = [Logger.Field("sent", 1), .init("queued", queued), .init("because", reason)]
            let message = "queued_count below the number sent, accepted"
            decision.notices.append(DeliveryNotice(.warning, message, fields))
        }
        pace.succeeded(at: now)
        breaker.succeeded()
        if pace.pause == nil { lastError = nil }
        return decision
    }

    private mutating func refused(
        _ refusal: Refusal,
        _ attempts: Int,
        at now: ContinuousClock.Instant,
        _ generator: inout some RandomNumberGenerator
    ) -> Decision {
        let reason = "HTTP \(refusal.status): \(refusal.excerpt)"
        lastError = reason
        guard !breaker.isOpen else {
            let wait = pause(.contract, reason, nil, at: now, &generator)
            let message = "recordings refused in a row, uploads paused; ask the operator of the API"
            return Decision(
                step: .again(after: max(retryWait, wait), attempts: attempts),
                failure: .refused,
                reason: reason,
                notices: [
                    DeliveryNotice(.error, message, [.init("error", reason), .init(own: "retry_in", wait.formatted)])
                ]
            )
        }
        breaker.deadLettered()
        return failed(.refused, reason, attempts + 1, .zero)
    }

    /// Tries again, or gives up.
    private func failed(
        _ failure: UploadFailure,
        _ reason: String,
        _ attempts: Int,
        _ wait: Duration
    ) -> Decision {
        guard retryWait > .zero, attempts < Self.attemptLimit else {
            let message = "recording parked"
            let fields = [Logger.Field("attempts", attempts), .init("error", reason)]
            return Decision(
                step: .park(attempts: attempts),
                failure: failure,
                reason: reason,
                notices: [DeliveryNotice(.error, message, fields, collapsing: false)]
            )
        }
        let again = max(wait, retryWait)
        let fields = [Logger.Field("error", reason), .init(own: "retry_in", again.formatted)]
        return Decision(
            step: .again(after: again, attempts: attempts),
            failure: failure,
            reason: reason,
            notices: [DeliveryNotice(.warning, "recording upload failed, retrying", fields)]
        )
    }

    /// Sends nothing for a while; answers how long.
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
}
