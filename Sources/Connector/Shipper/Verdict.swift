import Basics

/// What an outcome means for the records of its request.
package enum Verdict: Sendable, Equatable {
    /// The API has them.
    ///
    /// `queued` is its own count where that is lower than ours.
    case delivered(queued: Int?)
    /// Send them again, later; not before `after` where the API asked for that.
    ///
    /// `reason` is for the administrator.
    case retry(after: Duration?, reason: String)
    /// Send them again at once without gzip, and all later ones too.
    case retryPlain
    /// We stop; nothing is known.
    case unknown

    /// - Parameters:
    ///   - count: how many records the request carried.
    ///   - isGzip: whether its body was compressed.
    package init(_ outcome: RecordsOutcome, count: Int, isGzip: Bool) {
        switch outcome {
        case .cancelled: self = .unknown
        case .failed(let reason): self = .retry(after: nil, reason: reason)
        case .answered(let status, _, let body) where [200, 201, 202, 204].contains(status):
            self = Self.accepted(status, body, count: count)
        case .answered(415, _, _) where isGzip: self = .retryPlain
        case .answered(let status, let retryAfter, let body):
            self = .retry(after: retryAfter, reason: Self.reason(status, body))
        }
    }

    /// A body that is not the API's shows that something on the way answered in its place.
    private static func accepted(_ status: Int, _ body: [UInt8], count: Int) -> Verdict {
        guard !body.isEmpty else { return .delivered(queued: nil) }
        guard let json = try? JSONParser.parse(body[...]) else {
            return .retry(
                after: nil,
                reason: "HTTP \(status) with a body that is not JSON; a proxy or login page may answer for the API"
            )
        }
        let queued = json["queued_count"]?.integer
        return .delivered(queued: queued.flatMap { $0 < count ? $0 : nil })
    }

    private static func reason(_ status: Int, _ body: [UInt8]) -> String {
        let excerpt = String(decoding: body.prefix(200), as: UTF8.self)
        let advice =
            switch status {
            case 300..<400: "redirects are not followed; correct API_URL"
            case 401, 403: "check API_KEY"
            case 404, 405: "check REGION or API_URL"
            case 429: "the API asks us to slow down"
            case 500...: "the API has trouble"
            default: "the API does not accept the request"
            }
        return excerpt.isEmpty ? "HTTP \(status); \(advice)" : "HTTP \(status); \(advice); it said: \(excerpt)"
    }
}
