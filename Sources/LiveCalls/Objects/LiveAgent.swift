import Basics

/// One extension: its phone, its calls and its places in queues.
package struct LiveAgent: Sendable {
    package enum State: String, Sendable, CaseIterable {
        case offline
        case onHold = "on_hold"
        case onCall = "on_call"
        case ringing, paused, wrapup, available
    }

    package enum Device: String, Sendable, CaseIterable {
        case notInUse = "NOT_INUSE"
        case inUse = "INUSE"
        case ringing = "RINGING"
        case onHold = "ONHOLD"
        case busy = "BUSY"
        case unavailable = "UNAVAILABLE"
        case invalid = "INVALID"
        case unknown = "UNKNOWN"

        /// From the text of a device state.
        init?(_ text: Bytes?) {
            guard let text else { return nil }
            if text.equals("RINGINUSE") {
                self = .inUse
                return
            }
            guard let device = Self.allCases.first(where: { text.elementsEqual($0.rawValue.utf8) }) else { return nil }
            self = device
        }

        /// From the number that queues use.
        init?(queueStatus: Bytes?) {
            switch queueStatus?.integer {
            case 0: self = .unknown
            case 1: self = .notInUse
            case 2, 7: self = .inUse
            case 3: self = .busy
            case 4: self = .invalid
            case 5: self = .unavailable
            case 6: self = .ringing
            case 8: self = .onHold
            default: return nil
            }
        }

        /// From the bits that hints use.
        init?(hintStatus: Bytes?) {
            guard let bits = hintStatus?.integer, bits >= 0 else { return nil }
            switch bits {
            case 0: self = .notInUse
            case _ where bits & 4 != 0: self = .unavailable
            case _ where bits & 16 != 0: self = .onHold
            case _ where bits & 1 != 0: self = .inUse
            case _ where bits & 2 != 0: self = .busy
            case _ where bits & 8 != 0: self = .ringing
            default: return nil
            }
        }
    }

    /// What the service knows of the person; kept as it says.
    package struct Notes: Sendable, Equatable {
        package var name: [UInt8] = []
        package var username: [UInt8] = []
        /// Whether a client with this extension is connected.
        package var isOnline = false

        package init() {}
    }

    /// Where it is a member: the queue's slot and the interface.
    struct Membership: Sendable {
        var queue: Int
        var interface: [UInt8]
    }

    package internal(set) var `extension`: [UInt8] = []
    package internal(set) var state = State.available
    package internal(set) var since = LiveTime.zero
    package internal(set) var device = Device.unknown
    /// Paused in each queue of which it is a member.
    package internal(set) var isPaused = false
    package internal(set) var pauseReason: [UInt8] = []
    package internal(set) var pausedSince: LiveTime?
    package internal(set) var callsToday = 0
    package internal(set) var talkSecondsToday = 0
    package internal(set) var notes = Notes()
    package internal(set) var version = 0

    /// The name that queues have.
    var memberName: [UInt8] = []
    var channels: [Int] = []
    var memberships: [Membership] = []
    /// Whether the device's own state is known, so that queues and hints say nothing new.
    var hasDeviceState = false
    var wrapupUntil: LiveTime?
    /// When the device's state was last heard of, in births.
    var deviceBorn: UInt64 = 0
    /// Its place among the agents that the present event changed; -1 for none.
    var touched = -1

    package var name: [UInt8] { notes.name.isEmpty ? memberName : notes.name }
}
