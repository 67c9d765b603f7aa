import Basics
import Redis

extension Result where Success == [RedisValue], Failure == RedisEngineError {
    /// The answer of a script; `invalidReply` when it is none.
    func decoded<Answer>(_ decode: ([RedisValue]) -> Answer?) -> Result<Answer, RedisEngineError> {
        flatMap { parts in decode(parts).map { .success($0) } ?? .failure(.invalidReply) }
    }
}

extension Selection {
    /// Reads the reply of the script `select`.
    init?(_ reply: [RedisValue]) {
        let words = reply.map { $0.string ?? "" }
        switch (words.first, reply.count) {
        case ("ok", 6), ("again", 5):
            guard let number = Digits(words[1]), let area = Digits(words[2]), let seconds = reply[4].integer else {
                return nil
            }
            var tier: SelectionTier?
            if reply.count == 6 {
                guard let named = SelectionTier(rawValue: words[5]) else { return nil }
                tier = named
            }
            let shown = CallerNumber(id: 0, digits: number, carrier: words[3], areaCode: area)
            self = .granted(Grant(shown, reservedFor: seconds, tier: tier))
        case ("rate", 2):
            guard let seconds = reply[1].integer else { return nil }
            self = .rateLimited(retryAfter: seconds)
        case ("none", 3):
            guard let reason = Reason(rawValue: words[1]), let seconds = reply[2].integer else { return nil }
            self = .unavailable(reason, retryAfter: seconds)
        default: return nil
        }
    }
}

/// The reply of the script `lookup`.
struct TrunkAnswer: Sendable {
    let number: TrunkNumber?

    init?(_ reply: [RedisValue], to lookup: TrunkLookup, _ policy: SelectionPolicy) {
        let words = reply.map { $0.string ?? "" }
        switch (words.first, words.count) {
        case ("none", 2):
            let trunk = RedisText.unescaped(words[1])
            number = policy.defaultNumber.map {
                TrunkNumber(
                    number: $0,
                    trunk: trunk,
                    route: lookup.route.isEmpty ? policy.defaultRoute : lookup.route,
                    areaCode: .none,
                    carrier: "",
                    tier: .standard
                )
            }
        case ("ok", 7):
            guard let area = Digits(words[3]), let tier = SelectionTier(rawValue: words[5]) else { return nil }
            let trunk = RedisText.unescaped(words[1])
            let route = RedisText.route(words[6], trunk: trunk, route: lookup.route)
            number = TrunkNumber(
                number: words[2],
                trunk: trunk,
                route: route.isEmpty ? policy.defaultRoute : route,
                areaCode: area,
                carrier: words[4],
                tier: tier
            )
        default: return nil
        }
    }
}
