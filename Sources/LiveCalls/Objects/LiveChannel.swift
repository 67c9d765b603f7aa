import Basics

/// One channel of the PBX, by its Uniqueid.
package struct LiveChannel: Sendable {
    /// The state in which Asterisk has a channel; the raw value is its ChannelState.
    package enum State: Int, Sendable {
        case down, reserved, offHook, dialing, ring, ringing, up, busy

        /// From a ChannelState; `nil` for anything else.
        init?(_ text: Bytes?) {
            switch text?.integer {
            case 8: self = .dialing
            case 9: self = .ring
            case let number?: self.init(rawValue: number)
            case nil: return nil
            }
        }

        var text: StaticString {
            switch self {
            case .down: "Down"
            case .reserved: "Rsrvd"
            case .offHook: "OffHook"
            case .dialing: "Dialing"
            case .ring: "Ring"
            case .ringing: "Ringing"
            case .up: "Up"
            case .busy: "Busy"
            }
        }
    }

    /// What is known of recordings of one channel.
    package enum Recording: Int, Sendable { case off, on, paused, unknown }

    package struct Parking: Sendable, Equatable {
        package internal(set) var lot: [UInt8]
        package internal(set) var space: [UInt8]
        /// When the parker is called back.
        package internal(set) var until: LiveTime
    }

    /// The Uniqueid.
    package internal(set) var id: [UInt8] = []
    package internal(set) var name: [UInt8] = []
    package internal(set) var linkedID: [UInt8] = []
    package internal(set) var state = State.down
    /// Whose phone it is; empty for a remote party.
    package internal(set) var `extension`: [UInt8] = []
    package internal(set) var callerNumber: [UInt8] = []
    package internal(set) var callerName: [UInt8] = []
    package internal(set) var connectedNumber: [UInt8] = []
    package internal(set) var connectedName: [UInt8] = []
    package internal(set) var context: [UInt8] = []
    package internal(set) var exten: [UInt8] = []
    package internal(set) var priority = 0
    /// Whether the phone on this channel holds the other party.
    package internal(set) var isHolding = false
    package internal(set) var isMutedIn = false
    package internal(set) var isMutedOut = false
    package internal(set) var createdAt = LiveTime.zero
    package internal(set) var answeredAt: LiveTime?
    package internal(set) var recording = Recording.off
    package internal(set) var parking: Parking?
    /// Whether it is half of a Local channel, which is followed through and not counted.
    package internal(set) var isLocal = false

    /// Slots of the objects around it; -1 for none.
    var (call, bridge, agent, otherHalf, waitsIn) = (-1, -1, -1, -1, -1)
    /// Since when it talks with another party, through Local channels too.
    var connectedSince: LiveTime?
    var (wasConnected, talkSeconds) = (false, 0)
    var (isDialled, hasProgress) = (false, false)
    /// When it came, entered its bridge, was parked and joined its queue, in births (`LiveModel.births`).
    var (born, bridgedBorn, parkedBorn, waitsBorn): (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var flags = LiveFlags()

    package var isAgent: Bool { !`extension`.isEmpty }
    /// Whether it is in a bridge.
    package var isBridged: Bool { bridge >= 0 }
    /// Whether it is on hold in the dialplan of holds: alone, and in the first two steps of `held`.
    package var isHeldByRedirect: Bool { flags.contains(.heldByRedirect) }
}

/// What a channel counts as in its call.
struct LiveFlags: OptionSet {
    let rawValue: UInt16

    static let real = LiveFlags(rawValue: 1 << 0)
    static let up = LiveFlags(rawValue: 1 << 1)
    static let ringing = LiveFlags(rawValue: 1 << 2)
    static let pending = LiveFlags(rawValue: 1 << 3)
    static let connected = LiveFlags(rawValue: 1 << 4)
    static let holding = LiveFlags(rawValue: 1 << 5)
    static let heldByRedirect = LiveFlags(rawValue: 1 << 6)
    static let parked = LiveFlags(rawValue: 1 << 7)
    static let waiting = LiveFlags(rawValue: 1 << 8)
    static let recorded = LiveFlags(rawValue: 1 << 9)
    static let paused = LiveFlags(rawValue: 1 << 10)
    static let perhapsRecorded = LiveFlags(rawValue: 1 << 11)
}

/// How many channels of a call have each flag.
struct LiveCounts: Sendable, Equatable {
    private var counts = SIMD16<Int32>()

    subscript(flag: LiveFlags) -> Int { Int(counts[flag.rawValue.trailingZeroBitCount & 15]) }

    mutating func change(from old: LiveFlags, to new: LiveFlags) {
        var difference = old.rawValue ^ new.rawValue
        while difference != 0 {
            let bit = difference.trailingZeroBitCount
            counts[bit] &+= new.rawValue & (1 << bit) != 0 ? 1 : -1
            difference &= difference &- 1
        }
    }
}
