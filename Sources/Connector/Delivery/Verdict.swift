import Basics

/// What an outcome means for the records of its request.
///
/// Each `reason` is for the administrator: what came, and what to do.
package enum Verdict: Sendable, Equatable {
    /// The API has them.
    ///
    /// `queued` is its own count where that is lower than ours.
    case delivered(queued: Int?)
    /// Send them again, later; not before `after` where the API asked for that.
    case retry(after: Duration?, reason: String)
    /// Send them again at once without gzip, and all later ones too.
    case retryPlain
    /// Send them again, later: something on the way seems to answer in the API's place.
    case suspect(reason: String)
    /// Send them again when somebody has corrected what is wrong, so look seldom.
    case pause(after: Duration?, reason: String)
    /// One of them is refused: send both halves.
    case divide(Refusal)
    /// They are too much for one request: send both halves, and no larger requests from now on.
    case shrink(Refusal)
    /// This one is refused for good.
    case condemn(Refusal)
    /// We stop; nothing is known.
    case unknown

    /// - Parameters:
    ///   - count: how many records the request carried.
    ///   - isGzip: whether its body was compressed.
    package init(_ outcome: DeliveryOutcome, count: Int, isGzip: Bool) {
        switch outcome {
        case .cancelled: self = .unknown
        case .failed(let reason): self = .retry(after: nil, reason: reason)
        case .answered(let status, let retryAfter, let body):
            switch status {
            case 200, 201, 202, 204: self = Self.accepted(status, body, count: count)
            case 408, 409, 425, 429, 500..<600:
                self = .retry(after: retryAfter, reason: Self.reason(status, body))
            case 415 where isGzip: self = .retryPlain
            case 400 where Mutant.isAlive(.droppedOn400): self = .delivered(queued: nil)
            case 400, 422, 413:
                let refusal = Refusal(status: status, body: body)
                self = count > 1 ? (status == 413 ? .shrink(refusal) : .divide(refusal)) : .condemn(refusal)
            case 300..<500: self = .pause(after: retryAfter, reason: Self.reason(status, body))
            default: self = .suspect(reason: Self.reason(status, body))
            }
        }
    }

    /// A body that is not the API's shows that something on the way answered in its place.
    private static func accepted(_ status: Int, _ body: [UInt8], count: Int) -> Verdict {
        guard !body.isEmpty, !Mutant.isAlive(.pageIsSuccess) else { return .delivered(queued: nil) }
        guard let json = try? JSONParser.parse(body[...]) else {
            return .suspect(
                reason: "HTTP \(status) with a body that is not JSON; a proxy or login page may answer for the API"
            )
        }
        let queued = json["queued_count"]?.integer
        return .delivered(queued: queued.flatMap { $0 < count ? max(0, $0) : nil })
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
        case 451: "the law forbids it, somebody says; ask the operator of the API and your network"
        case 400..<500: "the API does not accept what this program sends; ask its operator"
        case 500..<600: "the API has trouble"
        default: "no answer that the API gives; a proxy may answer for it"
        }
    }
}
