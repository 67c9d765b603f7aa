import Basics
import Redis

extension Result where Success == [RedisValue], Failure == RedisEngineError {
    /// The answer of a script; `invalidReply` when it is none.
    func decoded<Answer>(_ decode: ([RedisValue]) -> Answer?) -> Result<Answer, RedisEngineError> {
        flatMap { parts in decode(parts).map { .success($0) } ?? .failure(.invalidReply) }
    }
}

extension RedisEngine {
    /// A decision, and the change that it made, if any.
    package typealias Decision<Answer> = (answer: Answer, event: SelectionEvent?)
}

extension SelectionEvent {
    /// The use that a reply of a script ends with the time of.
    static func used(_ number: Digits, _ time: RedisValue?, seconds: Int, _ request: SelectionRequest?) -> Self? {
        guard let time = time?.integer.map({ Int64($0) }) else { return nil }
        let end = seconds > 0 ? time + Int64(seconds) * 1_000_000 : 0
        return .used(Use(of: number, by: request, at: time, reservedUntil: end))
    }
}

extension Selection {
    /// Reads the reply of the script `select`.
    static func decision(_ reply: [RedisValue], _ request: SelectionRequest) -> RedisEngine.Decision<Selection>? {
        guard let selection = Selection(reply) else { return nil }
        guard case .granted(let grant) = selection, !grant.isRepeat else { return (selection, nil) }
        let event = SelectionEvent.used(grant.number, reply.last, seconds: grant.reservedFor, request)
        return event.map { (selection, $0) }
    }

    private init?(_ reply: [RedisValue]) {
        let words = reply.map { $0.string ?? "" }
        switch (words.first, reply.count) {
        case ("ok", 7), ("again", 5):
            guard let number = Digits(words[1]), let area = Digits(words[2]), let seconds = reply[4].integer else {
                return nil
            }
            var tier: SelectionTier?
            if reply.count == 7 {
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
    let event: SelectionEvent?

    init?(_ reply: [RedisValue], to lookup: TrunkLookup, _ policy: SelectionPolicy) {
        let words = reply.map { $0.string ?? "" }
        switch (words.first, words.count) {
        case ("none", 2):
            let trunk = RedisText.unescaped(words[1])
            event = nil
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
        case ("ok", 8):
            guard let digits = Digits(words[2]), let area = Digits(words[3]),
                let tier = SelectionTier(rawValue: words[5]),
                let use = SelectionEvent.used(digits, reply.last, seconds: 0, nil)
            else { return nil }
            event = use
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
