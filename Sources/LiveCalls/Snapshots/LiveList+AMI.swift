package import AMI
import Basics

/// How each list is asked for over AMI.
extension LiveList.Kind {
    /// The lists of a synchronisation, in order, without BridgeInfo: each bridge is asked for after the list of bridges.
    package static let all: [LiveList.Kind] = [.channels, .bridges, .parkedCalls, .queues, .devices, .hints]

    /// The action that asks for the list.
    package var action: AMIAction {
        get throws(AMIError) {
            switch self {
            case .channels: try AMIAction("CoreShowChannels", isList: true)
            case .bridges: try AMIAction("BridgeList", isList: true)
            case .bridge(let id): try AMIAction("BridgeInfo", [("BridgeUniqueid", id[...].text)], isList: true)
            case .parkedCalls: try AMIAction("ParkedCalls", isList: true)
            case .queues: try AMIAction("QueueStatus", isList: true)
            case .devices: try AMIAction("DeviceStateList", isList: true)
            case .hints: try AMIAction("ExtensionStateList", isList: true)
            }
        }
    }

    /// The name of the event that ends the list.
    package var end: String {
        switch self {
        case .channels: "CoreShowChannelsComplete"
        case .bridges: "BridgeListComplete"
        case .bridge: "BridgeInfoComplete"
        case .parkedCalls: "ParkedCallsComplete"
        case .queues: "QueueStatusComplete"
        case .devices: "DeviceStateListComplete"
        case .hints: "ExtensionStateListComplete"
        }
    }
}

extension LiveList {
    /// The names of the events that lists consist of, beside those that come by themselves too
    /// (`LiveModel.eventNames`).
    package static let eventNames =
        ["CoreShowChannel", "BridgeListItem", "BridgeInfoChannel", "QueueParams", "QueueMember", "QueueEntry"]
        + (Kind.all + [.bridge([])]).map(\.end)
}
