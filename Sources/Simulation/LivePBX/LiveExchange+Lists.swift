import Basics

/// The lists of a live exchange.
extension LiveExchange {
    /// One item: its event, the headers, and whether the ActionID is the last of them.
    private struct Item {
        let event: String
        var isIDLast = false
        let body: (inout [UInt8]) -> Void
    }

    private static func list(
        _ action: PBXAction,
        _ message: String,
        _ items: [Item],
        end: String,
        _ more: (inout [UInt8]) -> Void = { _ in }
    ) -> [UInt8] {
        var bytes = PBXDialogue.response("Success", action, [("EventList", "start"), ("Message", message)])
        let id = action["actionid"]
        func appendID() { if !id.isEmpty { bytes.appendHeader("ActionID", id) } }
        for item in items {
            bytes.appendHeader("Event", item.event)
            if !item.isIDLast { appendID() }
            item.body(&bytes)
            if item.isIDLast { appendID() }
            bytes.appendLineEnd()
        }
        bytes.appendHeader("Event", end)
        appendID()
        bytes.appendHeader("EventList", "Complete")
        bytes.appendHeader("ListItems", items.count)
        more(&bytes)
        bytes.appendLineEnd()
        return bytes
    }

    func showChannels(_ action: PBXAction) -> [UInt8] {
        let items = channels.keys.sorted().compactMap { channels[$0] }.map { channel in
            let id = channel.bridge.flatMap { bridges[$0]?.id } ?? ""
            let age = seconds(since: channel.created)
            let duration = [age / 3600, age / 60 % 60, age % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            return Item(event: "CoreShowChannel") { bytes in
                channel.face.append(to: &bytes)
                bytes.appendHeader("Application", channel.face.application)
                bytes.appendHeader("ApplicationData", channel.face.applicationData)
                bytes.appendHeader("Duration", duration.joined(separator: ":"))
                bytes.appendHeader("BridgeId", id)
            }
        }
        return Self.list(action, "Channels will follow", items, end: "CoreShowChannelsComplete")
    }

    func listBridges(_ action: PBXAction) -> [UInt8] {
        let items = bridges.keys.sorted().compactMap { bridges[$0] }.map { bridge in
            Item(event: "BridgeListItem") { bridge.append(to: &$0) }
        }
        return Self.list(action, "Bridge listing will follow", items, end: "BridgeListComplete")
    }

    func showBridge(_ action: PBXAction) -> [UInt8] {
        let id = action["bridgeuniqueid"]
        guard !id.isEmpty else { return Self.error("BridgeUniqueid must be provided", action) }
        guard let bridge = bridges.values.first(where: { $0.id == id }) else {
            return Self.error("Bridge not found", action)
        }
        let items = bridge.members.compactMap { channels[$0]?.face }.map { face in
            Item(event: "BridgeInfoChannel") { face.append(to: &$0) }
        }
        return Self.list(action, "Bridge channel listing will follow", items, end: "BridgeInfoComplete") {
            bridge.append(to: &$0)
        }
    }

    func listParked(_ action: PBXAction) -> [UInt8] {
        let items = parked.keys.sorted().compactMap { space -> Item? in
            guard let parking = parked[space], let face = channels[parking.serial]?.face else { return nil }
            let age = seconds(since: parking.since)
            return Item(event: "ParkedCall", isIDLast: true) { bytes in
                face.append(to: &bytes, prefix: "Parkee")
                parking.append(space: space, age: age, to: &bytes)
            }
        }
        return Self.list(action, "Parked calls will follow", items, end: "ParkedCallsComplete") {
            $0.appendHeader("Total", items.count)
        }
    }

    func showQueues(_ action: PBXAction) -> [UInt8] {
        let wanted = action["queue"]
        let items = queueNames.filter { wanted.isEmpty || $0 == wanted }.compactMap { queues[$0] }
            .flatMap { queue in
                [Item(event: "QueueParams", isIDLast: true) { Self.append(queue, to: &$0) }]
                    + queue.members.map { item(of: $0, in: queue.name) }
                    + queue.waiting.enumerated().compactMap { item(of: $1, at: $0 + 1, in: queue.name) }
            }
        return Self.list(action, "Queue status will follow", items, end: "QueueStatusComplete")
    }

    private static func append(_ queue: ExchangeQueue, to bytes: inout [UInt8]) {
        bytes.appendHeader("Queue", queue.name)
        bytes.appendHeader("Max", 0)
        bytes.appendHeader("Strategy", "rrmemory")
        bytes.appendHeader("Calls", queue.waiting.count)
        bytes.appendHeader("Holdtime", queue.holdTime)
        bytes.appendHeader("TalkTime", queue.talkTime)
        bytes.appendHeader("Completed", queue.completed)
        bytes.appendHeader("Abandoned", queue.abandoned)
        bytes.appendHeader("ServiceLevel", ExchangeQueue.serviceLevel)
        bytes.appendHeader("ServicelevelPerf", queue.percent(of: queue.completed))
        bytes.appendHeader("ServicelevelPerf2", queue.percent(of: queue.completed + queue.abandoned))
        bytes.appendHeader("Weight", 0)
    }

    private func item(of member: ExchangeMember, in queue: String) -> Item {
        let status = phoneState(of: member.interface).queueStatus
        return Item(event: "QueueMember", isIDLast: true) { bytes in
            bytes.appendHeader("Queue", queue)
            bytes.appendHeader("Name", member.name)
            bytes.appendHeader("Location", member.interface)
            member.appendState(status: status, to: &bytes)
            bytes.appendHeader("Wrapuptime", 0)
        }
    }

    private func item(of serial: Int, at position: Int, in queue: String) -> Item? {
        guard let face = channels[serial]?.face, let joined = channels[serial]?.visit?.joined else { return nil }
        let waited = seconds(since: joined)
        return Item(event: "QueueEntry", isIDLast: true) { bytes in
            bytes.appendHeader("Queue", queue)
            bytes.appendHeader("Position", position)
            bytes.appendHeader("Channel", face.name)
            bytes.appendHeader("Uniqueid", face.uniqueID)
            bytes.appendHeader("CallerIDNum", face.party.number.orUnknown)
            bytes.appendHeader("CallerIDName", face.party.name.orUnknown.escapedLikeC)
            bytes.appendHeader("ConnectedLineNum", face.connectedNumber.orUnknown)
            bytes.appendHeader("ConnectedLineName", face.connectedName.orUnknown.escapedLikeC)
            bytes.appendHeader("Wait", waited)
            bytes.appendHeader("Priority", 0)
        }
    }

    func summarizeQueues(_ action: PBXAction) -> [UInt8] {
        let wanted = action["queue"]
        let items = queueNames.filter { wanted.isEmpty || $0 == wanted }.compactMap { queues[$0] }.map { queue in
            let present = queue.members.filter { phoneState(of: $0.interface) != .unavailable }
            let longest = queue.waiting.compactMap { channels[$0]?.visit?.joined }.map { seconds(since: $0) }.max()
            return Item(event: "QueueSummary", isIDLast: true) { bytes in
                bytes.appendHeader("Queue", queue.name)
                bytes.appendHeader("LoggedIn", present.count)
                bytes.appendHeader("Available", present.count(where: isAvailable))
                bytes.appendHeader("Callers", queue.waiting.count)
                bytes.appendHeader("HoldTime", queue.holdTime)
                bytes.appendHeader("TalkTime", queue.talkTime)
                bytes.appendHeader("LongestHoldTime", longest ?? 0)
            }
        }
        return Self.list(action, "Queue summary will follow", items, end: "QueueSummaryComplete")
    }

    func listDevices(_ action: PBXAction) -> [UInt8] {
        let items = allDevices.map { device in
            Item(event: "DeviceStateChange") { bytes in
                bytes.appendHeader("Device", device)
                bytes.appendHeader("State", state(of: device))
            }
        }
        return Self.list(action, "Device State Changes will follow", items, end: "DeviceStateListComplete")
    }

    func listHints(_ action: PBXAction) -> [UInt8] {
        let hints = agents.compactMap { hint(of: "PJSIP/\($0)") }
        let items = hints.map { hint in Item(event: "ExtensionStatus") { hint.append(to: &$0) } }
        return Self.list(action, "Extension Statuses will follow", items, end: "ExtensionStateListComplete")
    }
}
