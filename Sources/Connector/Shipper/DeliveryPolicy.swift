import Basics

/// What is done about the outcome of each request, and how fast the next ones may go.
///
/// It has no clock, no spool and no log: it says what to do and what to write.
package struct DeliveryPolicy: Sendable {
    /// What a request carried.
    package struct Sent: Sendable {
        package var records: Int
        /// Of the records, not compressed.
        package var bytes: Int
        package var isGzip: Bool

        package init(records: Int, bytes: Int, isGzip: Bool) {
            self.records = records
            self.bytes = bytes
            self.isGzip = isGzip
        }
    }

    /// What happens to the records of a request.
    package enum Step: Sendable, Equatable {
        /// They leave the spool; `shortfall` of them the API says it did not queue.
        case acknowledge(shortfall: Int)
        /// The same ones go again under the same key, as soon as the pace allows.
        case sendAgain
        /// Each half goes under a key of its own.
        case split
        case condemn(Refusal)
        /// They stay as they are.
        case keep
    }

    package struct Conclusion: Sendable, Equatable {
        package var step: Step
        package var notices: [DeliveryNotice] = []
    }

    package private(set) var pace: DeliveryPace
    package private(set) var brake = Brake()
    package private(set) var compresses: Bool
    /// Most bytes of records in a request.
    package private(set) var requestBytes: Int
    /// What went wrong since the last success.
    package private(set) var lastError: String?
    private var suspectsInRow = 0

    /// So many doubtful answers in a row are no chance.
    private static let suspectLimit = 3
    /// A request of this size is never too large, whatever is said: else one 413 for all requests would slow down the
    /// rest of the run.
    private static let smallestLimit = 16 << 10

    package init(pace: DeliveryPace, compresses: Bool, requestBytes: Int) {
        self.pace = pace
        self.compresses = compresses
        self.requestBytes = requestBytes
    }

    /// What to try while the brake is on.
    package mutating func nextProbe() -> Brake.Probe { brake.nextProbe() }

    /// Draws the consequence of one request.
    package mutating func conclude(
        _ outcome: DeliveryOutcome,
        of sent: Sent,
        at now: ContinuousClock.Instant,
        using generator: inout some RandomNumberGenerator
    ) -> Conclusion {
        let verdict = Verdict(outcome, count: sent.records, isGzip: sent.isGzip)
        if case .unknown = verdict { return Conclusion(step: .keep) }
        if case .suspect = verdict { suspectsInRow += 1 } else { suspectsInRow = 0 }
        switch verdict {
        case .unknown: return Conclusion(step: .keep)
        case .delivered(let queued): return delivered(sent, queued: queued, at: now)
        case .retryPlain: return sendPlain()
        case .retry(let after, let reason):
            let wait = pause(.transient, reason, after, at: now, &generator)
            return failed(.warning, "delivery failed, nothing is lost", reason, wait)
        case .suspect(let reason):
            let wait = pause(.transient, reason, nil, at: now, &generator)
            guard suspectsInRow >= Self.suspectLimit else {
                return failed(.warning, "delivery failed, nothing is lost", reason, wait)
            }
            let message = "something between here and the API answers in its place; check API_URL and API_PROXY"
            return failed(.error, message, reason, wait)
        case .pause(let after, let reason):
            let wait = pause(.configuration, reason, after, at: now, &generator)
            return failed(.error, "delivery pauses until this is corrected, nothing is lost", reason, wait)
        case .divide(let refusal), .shrink(let refusal), .condemn(let refusal):
            return refused(refusal, verdict, sent, at: now, &generator)
        }
    }

    private mutating func delivered(_ sent: Sent, queued: Int?, at now: ContinuousClock.Instant) -> Conclusion {
        var conclusion = Conclusion(step: .acknowledge(shortfall: sent.records - (queued ?? sent.records)))
        if let reason = pace.pause?.reason, reason > .transient || brake.isOn {
            conclusion.notices.append(DeliveryNotice(.info, "the API takes records again"))
        }
        if let queued {
            conclusion.notices.append(
                DeliveryNotice(
                    .warning,
                    "the API says it queued fewer records than it was sent; ask its operator",
                    [.init("sent", sent.records), .init("queued", queued)]
                )
            )
        }
        pace.succeeded(at: now)
        brake.succeeded()
        if pace.pause == nil { lastError = nil }
        return conclusion
    }

    private mutating func sendPlain() -> Conclusion {
        defer { compresses = false }
        let notice = DeliveryNotice(.warning, "the API takes no gzip; sending plain from now on")
        return Conclusion(step: .sendAgain, notices: compresses ? [notice] : [])
    }

    /// Halves what can be halved and condemns what cannot, the latter only without the brake.
    private mutating func refused(
        _ refusal: Refusal,
        _ verdict: Verdict,
        _ sent: Sent,
        at now: ContinuousClock.Instant,
        _ generator: inout some RandomNumberGenerator
    ) -> Conclusion {
        lastError = "HTTP \(refusal.status): \(refusal.excerpt)"
        let fields = [Logger.Field("status", refusal.status), .init("reason", refusal.excerpt)]
        var conclusion: Conclusion
        switch verdict {
        case .condemn where brake.isOn: conclusion = Conclusion(step: .sendAgain)
        case .condemn:
            brake.condemned()
            let message = "the API refuses this record for good; see `asterisk-connector dead-letters list`"
            let notice = DeliveryNotice(.warning, message, fields, collapsing: false)
            conclusion = Conclusion(step: .condemn(refusal), notices: [notice])
        case .shrink:
            requestBytes = min(requestBytes, max(Self.smallestLimit, sent.bytes / 2))
            let message = "a request was too large for the API; sending smaller ones from now on"
            let sizes = [Logger.Field("bytes", sent.bytes), .init("limit", requestBytes)]
            conclusion = Conclusion(step: .split, notices: [DeliveryNotice(.warning, message, sizes + fields)])
        default:
            let message = "the API refuses a request; sending its halves to find the record that is to blame"
            let records = [Logger.Field("records", sent.records)]
            conclusion = Conclusion(step: .split, notices: [DeliveryNotice(.warning, message, records + fields)])
        }
        guard brake.isOn else { return conclusion }
        let wait = pause(.contract, lastError ?? "", nil, at: now, &generator)
        let message =
            "the API refuses one record after the other, so no more are given up; delivery pauses, ask its operator, "
            + "and look for a newer version of this program"
        conclusion.notices.append(DeliveryNotice(.error, message, fields + [.init(own: "retry_in", wait.formatted)]))
        return conclusion
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

    private func failed(_ level: LogLevel, _ message: String, _ error: String, _ wait: Duration) -> Conclusion {
        let fields = [Logger.Field("error", error), .init(own: "retry_in", wait.formatted)]
        return Conclusion(step: .sendAgain, notices: [DeliveryNotice(level, message, fields)])
    }
}
