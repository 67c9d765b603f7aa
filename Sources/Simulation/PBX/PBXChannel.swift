import Basics

/// One channel of a simulated call, with the values in its events.
struct PBXChannel: Sendable {
    enum State: Int, Sendable {
        case down = 0
        case ring = 4
        case ringing = 5
        case up = 6

        var description: String {
            switch self {
            case .down: "Down"
            case .ring: "Ring"
            case .ringing: "Ringing"
            case .up: "Up"
            }
        }
    }

    let name: String
    let uniqueID: String
    var linkedID: String
    var party: PBXParty
    var state: State
    var context: String
    var exten: String
    var priority = 1
    var connectedNumber = ""
    var connectedName = ""
    var peerAccount = ""
    var application = ""
    var applicationData = ""
    /// Whether an APP_START was sent without its APP_END.
    var showsApplication = false
    var dialStatus = ""
    var answered: Timestamp?
    var hasEnded = false

    /// The device whose state the channel changes: the channel's name without the trailing number.
    var device: String { party.endpoint }

    /// Appends the headers that every channel event has (manager_channels.c,
    /// `ast_manager_build_channel_state_string_prefix`).
    func append(to bytes: inout [UInt8], prefix: String = "") {
        bytes.appendHeader(prefix, "Channel", name)
        bytes.appendHeader(prefix, "ChannelState", "\(state.rawValue)")
        bytes.appendHeader(prefix, "ChannelStateDesc", state.description)
        bytes.appendHeader(prefix, "CallerIDNum", party.number.orUnknown)
        bytes.appendHeader(prefix, "CallerIDName", party.name.orUnknown.escapedLikeC)
        bytes.appendHeader(prefix, "ConnectedLineNum", connectedNumber.orUnknown)
        bytes.appendHeader(prefix, "ConnectedLineName", connectedName.orUnknown.escapedLikeC)
        bytes.appendHeader(prefix, "Language", "en")
        bytes.appendHeader(prefix, "AccountCode", party.account)
        bytes.appendHeader(prefix, "Context", context)
        bytes.appendHeader(prefix, "Exten", exten)
        bytes.appendHeader(prefix, "Priority", "\(priority)")
        bytes.appendHeader(prefix, "Uniqueid", uniqueID)
        bytes.appendHeader(prefix, "Linkedid", linkedID)
    }
}
