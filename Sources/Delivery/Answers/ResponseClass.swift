import Basics

/// What an outcome means for the records of its request.
///
/// Each `reason` is for the administrator: what arrived, and what to do.
package enum ResponseClass: Sendable, Equatable {
    /// The API has accepted them.
    case delivered(Acknowledgement.Reservation?)
    /// Send them again later, not before `after` if the API asked for a wait.
    case retry(after: Duration?, reason: String)
    /// Send them again at once without gzip, and all later ones too.
    case retryPlain
    /// Send the same ones again at once without gzip: only a 400 to an uncompressed body is about the records.
    case confirm(Refusal)
    /// Send them again later while others continue: the answer is neither an acknowledgement nor a failure.
    case suspect(Suspicion)
    /// Send them again at long intervals: the administrator must correct something first.
    case pause(after: Duration?, reason: String)
    /// One of them is refused: send both halves.
    case divide(Refusal)
    /// The request is too large: send both halves, and no larger requests from now on.
    case shrink(Refusal)
    /// This one is refused permanently.
    case moveToDeadLetters(Refusal)
    /// The process stops; the outcome is unknown.
    case unknown

    /// - Parameters:
    ///   - count: how many records the request carried.
    ///   - isGzip: whether its body was compressed.
    ///   - rules: what counts as an acknowledgement.
    package init(
        _ outcome: DeliveryOutcome,
        count: Int,
        isGzip: Bool,
        rules: AcknowledgementRules = AcknowledgementRules()
    ) {
        switch outcome {
        case .cancelled: self = .unknown
        case .failed(let reason, _): self = .retry(after: nil, reason: reason)
        case .misconfigured(let reason): self = .pause(after: nil, reason: reason)
        case .incomplete(let status, let body, let reason) where Self.successes.contains(status):
            self.init(Acknowledgement(status: status, partOfBody: body, reason: reason, rules: rules))
        case .incomplete(let status, _, let reason):
            self = .suspect(Suspicion(.status, "HTTP \(status), and its body is unusable: \(reason)"))
        case .answered(let status, let retryAfter, let body, let shown):
            self.init(status, retryAfter, body, shown ?? body, count: count, isGzip: isGzip, rules: rules)
        }
    }

    /// The statuses of answers to accepted requests.
    private static let successes: Set<Int> = [200, 201, 202, 204]

    private init(_ acknowledgement: Acknowledgement) {
        switch acknowledgement {
        case .given(let reservation): self = .delivered(reservation)
        case .suspect(let suspicion): self = .suspect(suspicion)
        }
    }

    private init(
        _ status: Int,
        _ retryAfter: Duration?,
        _ body: [UInt8],
        _ shown: [UInt8],
        count: Int,
        isGzip: Bool,
        rules: AcknowledgementRules
    ) {
        let refusal = Refusal(status: status, body: shown)
        switch status {
        case 200, 201, 202, 204:
            self.init(Acknowledgement(status: status, body: body, shown: shown, count: count, rules: rules))
        case 408, 409, 425, 429, 500..<600: self = .retry(after: retryAfter, reason: Self.reason(status, shown))
        case 415 where isGzip: self = .retryPlain
        case 400 where isGzip: self = .confirm(refusal)
        case 400, 422, 413:
            self = count > 1 ? (status == 413 ? .shrink(refusal) : .divide(refusal)) : .moveToDeadLetters(refusal)
        case 300..<500: self = .pause(after: retryAfter, reason: Self.reason(status, shown))
        default: self = .suspect(Suspicion(.status, Self.reason(status, shown)))
        }
    }

    private static func reason(_ status: Int, _ body: [UInt8]) -> String {
        let excerpt = Excerpt.of(body)
        let text = "HTTP \(status); \(advice(status))"
        return excerpt.isEmpty ? text : "\(text); it said: \(excerpt)"
    }

    private static func advice(_ status: Int) -> String {
        switch status {
        case 300..<400: "redirects are not followed; correct API_URL"
        case 401, 403: "check API_KEY"
        case 404, 405: "check REGION or API_URL"
        case 407: "the proxy wants a login; check API_PROXY"
        case 408, 409, 425: "the API asks to try again"
        case 410: "the API is no longer there; check API_URL, and whether there is a newer version of this program"
        case 415: "the API takes no JSON; check API_URL, ask its operator"
        case 421: "another server got the request; check API_URL and API_PROXY"
        case 426: "the API wants another protocol; check API_URL, and whether there is a newer version of this program"
        case 429: "the API asks us to slow down"
        case 451: "blocked for legal reasons; ask the operators of the API and of your network"
        case 400..<500: "the API does not accept what this program sends; ask its operator"
        case 500..<600: "the API has trouble"
        default: "no answer that the API gives"
        }
    }
}
