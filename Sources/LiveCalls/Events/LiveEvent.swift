import Basics

/// The events that change the model.
enum LiveEvent {
    case newChannel, newState, channelSnapshot, rename, hangupRequest, hangup
    case hold, unhold
    case dialBegin, dialState, dialEnd
    case bridgeCreate, bridgeEnter, bridgeLeave, bridgeDestroy
    case localBridge
    case blindTransfer, attendedTransfer
    case parkedCall, unparkedCall
    case mixMonitorStart, mixMonitorStop, mixMonitorMute
    case queueCallerJoin, queueCallerLeave, queueCallerAbandon, agentConnect, agentComplete
    case queueMemberAdded, queueMemberRemoved, queueMember
    case deviceStateChange, extensionStatus
    case fullyBooted

    /// By the length of the name first: most events are recognised, or refused, by one or two comparisons.
    init?(_ name: Bytes) {
        guard name.count < Self.byLength.count,
            let event = Self.byLength[name.count].first(where: { name.equalsIgnoringCase($0.name) })?.event
        else { return nil }
        self = event
    }

    static var names: [String] { all.map { "\($0.name)" } }

    private static let byLength: [[(name: StaticString, event: LiveEvent)]] = {
        var table = Array(repeating: [(name: StaticString, event: LiveEvent)](), count: 24)
        for row in all where row.name.utf8CodeUnitCount < table.count { table[row.name.utf8CodeUnitCount].append(row) }
        return table
    }()

    private static let all: [(name: StaticString, event: LiveEvent)] = [
        ("Newchannel", .newChannel), ("Newstate", .newState), ("NewCallerid", .channelSnapshot),
        ("NewConnectedLine", .channelSnapshot), ("Rename", .rename), ("HangupRequest", .hangupRequest),
        ("Hangup", .hangup), ("Hold", .hold), ("Unhold", .unhold), ("DialBegin", .dialBegin),
        ("DialState", .dialState), ("DialEnd", .dialEnd), ("BridgeCreate", .bridgeCreate),
        ("BridgeEnter", .bridgeEnter), ("BridgeLeave", .bridgeLeave), ("BridgeDestroy", .bridgeDestroy),
        ("LocalBridge", .localBridge), ("BlindTransfer", .blindTransfer), ("AttendedTransfer", .attendedTransfer),
        ("ParkedCall", .parkedCall), ("UnParkedCall", .unparkedCall), ("ParkedCallTimeOut", .unparkedCall),
        ("ParkedCallGiveUp", .unparkedCall), ("MixMonitorStart", .mixMonitorStart),
        ("MixMonitorStop", .mixMonitorStop), ("MixMonitorMute", .mixMonitorMute),
        ("QueueCallerJoin", .queueCallerJoin), ("QueueCallerLeave", .queueCallerLeave),
        ("QueueCallerAbandon", .queueCallerAbandon), ("AgentConnect", .agentConnect),
        ("AgentComplete", .agentComplete), ("QueueMemberAdded", .queueMemberAdded),
        ("QueueMemberRemoved", .queueMemberRemoved), ("QueueMemberStatus", .queueMember),
        ("QueueMemberPause", .queueMember), ("QueueMemberPenalty", .queueMember),
        ("DeviceStateChange", .deviceStateChange), ("ExtensionStatus", .extensionStatus),
        ("FullyBooted", .fullyBooted),
    ]
}
