import Basics
package import Delivery

/// Decides what follows from the outcome of each upload, and how fast the next ones may be sent.
///
/// It works like `DeliveryPolicy` for records, without clock, spool and log. But a refused recording cannot be split,
/// and it does not block others. A failed attempt counts against a recording only when others succeed, not while the
/// API accepts none at all.
package struct UploadPolicy: Sendable {
    /// What happens to the recording.
    package enum Step: Sendable, Equatable {
        case done
        /// It is tried again after this time, when the pace allows.
        case again(after: Duration, attempts: Int)
        /// It is not tried again until an operator retries it.
        case park(attempts: Int)
        /// It stays unchanged: the process stops.
        case keep
    }

    /// What to do, and what to log and count.
    package struct Decision: Sendable, Equatable {
        package var step: Step
        /// The label in metrics; `nil` without a failure.
        package var failure: UploadFailure?
        /// The error; empty without one.
        package var reason = ""
        /// Lines for the log.
        package var notices: [DeliveryNotice] = []
        package var reservation: Acknowledgement.Reservation?
    }

    /// After this many counted attempts, a recording is parked.
    package static let attemptLimit = 10

    /// How many uploads may be in flight.
    package private(set) var pace: DeliveryPace
    /// Whether refusals may count against recordings.
    package private(set) var breaker: CircuitBreaker
    /// The last error since the last success.
    package private(set) var lastError: String?
    private let retryWait: Duration

    /// - Parameters:
    ///   - retryWait: the wait before a failed upload is tried again; zero parks it at once.
    ///   - learned: the facts from an earlier run.
    package init(pace: DeliveryPace, retryWait: Duration, learned: LearnedDelivery = LearnedDelivery()) {
        self.pace = pace
        self.retryWait = retryWait
        breaker = CircuitBreaker(inRow: learned.refusals)
        if breaker.isOpen { self.pace.beginWithProbe() }
    }

    /// The facts to store for the next run.
    package var learned: LearnedDelivery {
        var learned = LearnedDelivery()
        learned.refusals = breaker.inRow
        return learned
    }

    /// Decides what follows from one upload.
    ///
    /// - Parameters:
    ///   - attempts: how many attempts counted before.
    ///   - rules: the rules for its acknowledgement.
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

    /// A client error is about the recording, unless its status is clearly about the sender or the moment.
    private static func responseClass(on outcome: DeliveryOutcome, _ rules: AcknowledgementRules) -> ResponseClass {
        let responseClass = ResponseClass(outcome, count: 1, isGzip: false, rules: rules)
        guard case .pause = responseClass, case .answered(let status, _, let body, let shown) = outcome, status >= 400,
            ![401, 403, 407].contains(status)
        else { return responseClass }
        return .moveToDeadLetters(Refusal(status: status, body: shown ?? body))
    }

    /// Records that the API has accepted a recording.
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

    /// Schedules a retry, or parks the recording.
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
}
