import Basics

/// The kinds of calls that the simulation plays.
package enum CallKind: String, Sendable, CaseIterable {
    case internalAnswered = "internal"
    case outbound
    case inbound
    case busy
    case noAnswer = "no-answer"
    case congestion
    case queue
    case blindTransfer = "blind-transfer"
    case attendedTransfer = "attended-transfer"
    case parked
    case localChannel = "local-channel"
    case voicemail
    case conference
    case userEvent = "user-event"

    /// How many of a hundred calls are of this kind.
    var weight: Int {
        switch self {
        case .internalAnswered: 18
        case .outbound, .inbound: 17
        case .busy, .voicemail, .localChannel: 5
        case .noAnswer: 6
        case .congestion, .parked, .conference, .userEvent: 2
        case .queue: 11
        case .blindTransfer: 5
        case .attendedTransfer: 3
        }
    }

    /// A random one of `kinds`, by weight.
    static func pick(from kinds: [CallKind], using random: inout SplitMix64) -> CallKind {
        var rest = random.pick(1...max(1, kinds.reduce(0) { $0 + $1.weight }))
        for kind in kinds {
            rest -= kind.weight
            if rest <= 0 { return kind }
        }
        return .internalAnswered
    }
}
