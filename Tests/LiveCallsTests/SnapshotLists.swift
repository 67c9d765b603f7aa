import AMI
import Basics

@testable import LiveCalls

/// The lists that a PBX in the state of a model would send.
struct SnapshotLists {
    let lists: [(kind: LiveList.Kind, items: [AMIMessage])]

    init(of model: LiveModel, at time: LiveTime) {
        let channels = model.channels.all.map { model.channels[$0] }
        var lists: [(kind: LiveList.Kind, items: [AMIMessage])] = [
            (.channels, channels.map { Self.channel($0, at: time) }),
            (.bridges, model.allBridges.map(Self.bridge)),
        ]
        for bridge in model.allBridges {
            let inside = bridge.channels.map { model.channels[$0] }
            lists.append((.bridge(bridge.id), inside.map { Self.item("BridgeInfoChannel", Self.block($0)) }))
        }
        let parked = channels.compactMap { channel in channel.parking.map { Self.parked(channel, $0, at: time) } }
        lists.append((.parkedCalls, parked))
        lists.append((.queues, model.allQueues.flatMap { Self.queue($0, model, at: time) }))
        let agents = model.allAgents.filter(\.hasDeviceState)
        lists.append(
            (
                .devices,
                agents.map { agent in
                    Self.item(
                        "DeviceStateChange",
                        [("Device", "PJSIP/" + agent.extension.text), ("State", agent.device.rawValue)]
                    )
                }
            )
        )
        let hints = model.allAgents.filter { !$0.hasDeviceState && $0.device != .unknown }
        lists.append((.hints, hints.map(Self.hint)))
        self.lists = lists
    }

    private static func hint(_ agent: LiveAgent) -> AMIMessage {
        let status: [LiveAgent.Device: Int] = [
            .notInUse: 0, .inUse: 1, .busy: 2, .unavailable: 4, .ringing: 8, .onHold: 16,
        ]
        return item(
            "ExtensionStatus",
            [
                ("Hint", "PJSIP/" + agent.extension.text), ("Status", "\(status[agent.device] ?? -1)"),
            ]
        )
    }

    static func item(_ event: String, _ headers: [(String, String)]) -> AMIMessage {
        let lines = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
        return AMIMessage(Array("Event: \(event)\r\nActionID: 1\r\n\(lines)".utf8)[...])
    }

    private static func block(_ channel: LiveChannel) -> [(String, String)] {
        func shown(_ text: [UInt8]) -> String { text.isEmpty ? "<unknown>" : text.text }
        return [
            ("Channel", channel.name.text), ("ChannelState", "\(channel.state.rawValue)"),
            ("CallerIDNum", shown(channel.callerNumber)), ("CallerIDName", shown(channel.callerName)),
            ("ConnectedLineNum", shown(channel.connectedNumber)), ("ConnectedLineName", shown(channel.connectedName)),
            ("Context", channel.context.text), ("Exten", channel.exten.text), ("Priority", "\(channel.priority)"),
            ("Uniqueid", channel.id.text), ("Linkedid", channel.linkedID.text),
        ]
    }

    private static func channel(_ channel: LiveChannel, at time: LiveTime) -> AMIMessage {
        let age = time.seconds(since: channel.createdAt)
        let application = channel.isDialled ? "AppDial" : "Dial"
        return item("CoreShowChannel", block(channel) + [("Application", application), ("Duration", "00:00:\(age)")])
    }

    private static func bridge(_ bridge: LiveBridge) -> AMIMessage {
        item(
            "BridgeListItem",
            [
                ("BridgeUniqueid", bridge.id.text), ("BridgeType", bridge.type.text),
                ("BridgeTechnology", bridge.technology.text),
            ]
        )
    }

    private static func parked(_ channel: LiveChannel, _ parking: LiveChannel.Parking, at time: LiveTime) -> AMIMessage
    {
        item(
            "ParkedCall",
            [
                ("ParkeeUniqueid", channel.id.text), ("Parkinglot", parking.lot.text),
                ("ParkingSpace", parking.space.text), ("ParkingTimeout", "\(parking.until.seconds(since: time))"),
            ]
        )
    }

    private static func queue(_ queue: LiveQueue, _ model: LiveModel, at time: LiveTime) -> [AMIMessage] {
        let name = ("Queue", queue.name.text)
        var items = [
            item(
                "QueueParams",
                [
                    name, ("Strategy", queue.strategy.text), ("Holdtime", "\(queue.holdTime)"),
                    ("TalkTime", "\(queue.talkTime)"), ("Completed", "\(queue.completed)"),
                    ("Abandoned", "\(queue.abandoned)"), ("ServiceLevel", "\(queue.serviceLevel)"),
                    ("ServicelevelPerf", "\(queue.serviceLevelPercent)"),
                ]
            )
        ]
        for member in queue.members.values.sorted(by: { $0.born < $1.born }) {
            let agent = member.agent < 0 ? "" : "PJSIP/" + model.agents[member.agent].extension.text
            items.append(
                item(
                    "QueueMember",
                    [
                        name, ("Name", member.agent < 0 ? "" : model.agents[member.agent].memberName.text),
                        ("Location", member.interface.text), ("StateInterface", agent),
                        ("Membership", member.membership.text),
                        ("Penalty", "\(member.penalty)"), ("CallsTaken", "\(member.callsTaken)"),
                        ("LastCall", "\(member.lastCall)"), ("InCall", member.isInCall ? "1" : "0"),
                        ("Paused", member.isPaused ? "1" : "0"), ("PausedReason", member.pauseReason.text),
                        ("Wrapuptime", "\(member.wrapupSeconds)"),
                    ]
                )
            )
        }
        for (index, slot) in queue.waiting.enumerated() {
            items.append(
                item(
                    "QueueEntry",
                    [
                        name, ("Position", "\(index + 1)"), ("Uniqueid", model.channels[slot].id.text), ("Wait", "0"),
                    ]
                )
            )
        }
        return items
    }
}

extension LiveModel {
    mutating func apply(_ lists: SnapshotLists, at time: LiveTime) -> [LiveChange] {
        lists.lists.flatMap { apply($0.items, of: begin($0.kind), at: time) }
    }

    /// Which channels are in which call, and how: all that lists can tell; they know no holds.
    ///
    /// - Parameter withCounts: whether the counts of queues belong to it; an event that is older than a list counts
    ///   again, until the next list.
    func picture(withCounts: Bool = true) -> [String] {
        let calls = liveCalls.map { (call: LiveCall) -> String in
            let inside = channels(of: call, withLocal: true).map { (channel: LiveChannel) -> String in
                let bridge = channel.bridge < 0 ? "-" : bridges[channel.bridge].id.text
                return "\(channel.id.text) \(channel.state) \(channel.connectedSince != nil) \(bridge)"
                    + " \(channel.parking?.space.text ?? "-")"
            }
            return "\(call.id.text) \(inside.sorted())"
        }
        let known = allAgents.filter { $0.device != .unknown || !$0.channels.isEmpty || !$0.memberships.isEmpty }
        let staff = known.map { (agent: LiveAgent) -> String in
            let queues = agent.memberships.map { self.queues[$0.queue].name.text + $0.interface.text }.sorted()
            let state = agent.state == .onHold ? .onCall : agent.state
            return "\(agent.extension.text) \(state) \(agent.device) \(agent.isPaused) \(agent.pauseReason.text)"
                + " \(callIDs(of: agent).map(\.text).sorted()) \(queues)"
        }
        let lines = allQueues.map { (queue: LiveQueue) -> String in
            "\(queue.name.text) \(queue.waiting.map { channels[$0].id.text }) \(withCounts ? [queue.completed, queue.abandoned] : [])"
                + " \(queue.extensions.map(\.text))"
        }
        return calls.sorted() + staff + lines
    }

    /// What breaks an invariant of the model; empty when nothing does.
    var brokenInvariants: [String] {
        var broken: [String] = []
        for slot in channels.all {
            let channel = channels[slot]
            let name = channel.name.text
            if channel.call < 0 || calls[channel.call].channels.count(where: { $0 == slot }) != 1 {
                broken.append("\(name) is not in its call")
            }
            if channel.bridge >= 0, bridges[channel.bridge].channels.count(where: { $0 == slot }) != 1 {
                broken.append("\(name) is not in its bridge")
            }
            if channel.waitsIn >= 0, queues[channel.waitsIn].waiting.count(where: { $0 == slot }) != 1 {
                broken.append("\(name) is not in its queue")
            }
            if channel.agent >= 0, !agents[channel.agent].channels.contains(slot) {
                broken.append("\(name) is not with its agent")
            }
            if channel.flags != flags(of: channel) { broken.append("\(name) has old flags") }
        }
        for slot in calls.all {
            let call = calls[slot]
            if call.endedAt == nil, call.channels.isEmpty, !call.isRequested {
                broken.append("\(call.id.text) is empty")
            }
            if call.endedAt != nil, !call.channels.isEmpty { broken.append("\(call.id.text) has ended with channels") }
            if call.channels.contains(where: { channels[$0].call != slot }) {
                broken.append("\(call.id.text) has others")
            }
            var counts = LiveCounts()
            for channel in call.channels { counts.change(from: LiveFlags(), to: channels[channel].flags) }
            if counts != call.counts { broken.append("\(call.id.text) counts wrongly") }
            if call.touched >= 0 { broken.append("\(call.id.text) is still touched") }
            if call.state != call.derivedState { broken.append("\(call.id.text) has an old state") }
        }
        for slot in bridges.all where bridges[slot].channels.contains(where: { channels[$0].bridge != slot }) {
            broken.append("a bridge has others")
        }
        for slot in queues.all where queues[slot].waiting.contains(where: { channels[$0].waitsIn != slot }) {
            broken.append("a queue has others")
        }
        for slot in agents.all where agents[slot].state != derivedState(ofAgent: slot) {
            broken.append("\(agents[slot].extension.text) has an old state")
        }
        return broken
    }
}
