import Basics

/// A channel of a live exchange: what events show of it, and what it does.
struct ExchangeChannel: Sendable {
    enum Activity: Sendable, Equatable {
        /// Between two steps of the dialplan.
        case idle
        /// Dials these channels.
        case dialling(Int)
        /// Is dialled by another channel, or by Originate.
        case dialled(by: Int?)
        case queued
        /// Executes Wait().
        case waiting
        case talking
        case parked(space: Int)
    }

    /// What an Originate asked for.
    struct Request: Sendable {
        let actionID: String
        let channel: String
        let context: String
        let exten: String
    }

    let serial: Int
    let created: Timestamp
    var face: PBXChannel
    /// The serial of the first channel with this Linkedid: the oldest one stays when calls are joined.
    var linkBorn: Int
    private(set) var activity = Activity.idle
    /// Rises with each activity, so that what was planned for an earlier one is void.
    private(set) var turn = 0
    var bridge: Int?
    /// The other half of a Local channel.
    var otherHalf: Int?
    /// Whether it has a dialplan of its own; a dialled channel has none.
    var runsDialplan: Bool
    /// When the person at its end hangs up.
    var leavesAt: Timestamp?
    var isRequested = false
    var isOnHold = false
    var isReturned = false
    var request: Request?
    var variables: [String: String] = [:]
    var recordings: [String] = []
    /// Its place in a queue, or the conversation that came of it.
    var visit: QueueVisit?
    /// The caller whom this channel serves for a queue.
    var serves: Int?

    var isLocal: Bool { face.party.endpoint.hasPrefix("Local/") }

    mutating func begin(_ activity: Activity) {
        self.activity = activity
        turn += 1
    }
}

/// A caller's time in a queue.
struct QueueVisit: Sendable {
    let queue: String
    let joined: Timestamp
    var originalPosition = 1
    /// The channel that rings or talks.
    var agent: Int?
    var interface = ""
    var rangAt: Timestamp?
    var connected: Timestamp?
    /// Whether a Redirect or Bridge took the caller out: Asterisk then never completes the visit.
    var isLost = false
}
