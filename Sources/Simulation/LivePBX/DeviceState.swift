/// The state of a device as Asterisk tells it, in words and in the numbers of queues and hints.
enum DeviceState: String, Sendable {
    case notInUse = "NOT_INUSE"
    case inUse = "INUSE"
    case unavailable = "UNAVAILABLE"
    case ringing = "RINGING"
    case ringInUse = "RINGINUSE"
    case onHold = "ONHOLD"

    /// The `Status` of a queue's member.
    var queueStatus: Int {
        switch self {
        case .notInUse: 1
        case .inUse: 2
        case .unavailable: 5
        case .ringing: 6
        case .ringInUse: 7
        case .onHold: 8
        }
    }

    /// The `Status` and `StatusText` of a hint.
    var hint: (status: Int, text: String) {
        switch self {
        case .notInUse: (0, "Idle")
        case .inUse: (1, "InUse")
        case .unavailable: (4, "Unavailable")
        case .ringing: (8, "Ringing")
        case .ringInUse: (9, "InUse&Ringing")
        case .onHold: (16, "Hold")
        }
    }
}
