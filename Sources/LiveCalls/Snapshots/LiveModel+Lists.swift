package import AMI
import Basics

/// Lists replace what events have made of the model.
extension LiveModel {
    /// To be called before the action of a list is sent.
    package func begin(_ kind: LiveList.Kind) -> LiveList { LiveList(kind: kind, births: births) }

    /// Applies a complete list; events that are older than it may still follow.
    ///
    /// - Parameter items: the events of the answer, without the one that ends it.
    /// - Returns: the differences from what the model had, as `apply(_:at:)` does.
    package mutating func apply(_ items: [AMIMessage], of list: LiveList, at time: LiveTime) -> [LiveChange] {
        now = time
        expire()
        isListing = true
        switch list.kind {
        case .channels: listChannels(items, list)
        case .bridges: listBridges(items, list)
        case .bridge(let id): listBridge(id, items, list)
        case .parkedCalls: listParked(items, list)
        case .queues: listQueues(items, list)
        case .devices: listDevices(items, list)
        case .hints: for item in items { changeHint(item) }
        }
        defer { isListing = false }
        return finish()
    }

    private mutating func listChannels(_ items: [AMIMessage], _ list: LiveList) {
        var seen = Set<Int>()
        // Callers before those whom they dial, so that a call begins with who made it.
        let inOrder = items.map { (item: $0, age: LiveText.seconds($0[.duration]), isDialled: Self.isDialled($0)) }
            .sorted { $0.age != $1.age ? $0.age > $1.age : !$0.isDialled && $1.isDialled }
        for (item, age, isDialled) in inOrder {
            guard let id = item[.uniqueID], !id.isEmpty, id.count <= LiveText.longest else { continue }
            if let known = channels.slot(of: id) {
                updateChannel(known, item)
                seen.insert(known)
            } else {
                let slot = insertChannel(id, item, createdAt: now.earlier(bySeconds: age))
                channels[slot].isDialled = isDialled
                settle(slot)
                seen.insert(slot)
            }
        }
        for slot in channels.all where channels[slot].born <= list.births && !seen.contains(slot) {
            removeChannel(slot, .lost)
        }
        for slot in calls.all { endTransfer(slot) }
    }

    /// Seconds in which a transferred channel begins to dial.
    private static let dialSeconds = 5

    /// Ends a blind transfer to what dials nobody, such as a mailbox: no event says that it arrived.
    private mutating func endTransfer(_ slot: Int) {
        guard let since = calls[slot].blindTransferredAt, now.seconds(since: since) >= Self.dialSeconds,
            calls[slot].counts[.pending] == 0
        else { return }
        touch(call: slot, .callTransferred)
        calls[slot].blindTransferredAt = nil
    }

    /// Whether a channel was made by a dial: it runs no application of its own.
    private static func isDialled(_ item: AMIMessage) -> Bool {
        guard let application = item[.application] else { return false }
        return application.prefix(7).equals("AppDial") || application.equals("AppQueue")
    }

    private mutating func listBridges(_ items: [AMIMessage], _ list: LiveList) {
        var seen = Set<Int>()
        for item in items { if let slot = addBridge(item) { seen.insert(slot) } }
        for slot in bridges.all where bridges[slot].born <= list.births && !seen.contains(slot) { removeBridge(slot) }
    }

    private mutating func listBridge(_ id: [UInt8], _ items: [AMIMessage], _ list: LiveList) {
        guard let bridge = bridges.slot(of: id[...]) else { return }
        let inside = items.compactMap { channel($0) }
        for (slot, item) in zip(inside, items.filter { channel($0) != nil }) {
            updateChannel(slot, item)
            enterBridge(slot, bridge)
        }
        let seen = Set(inside)
        for slot in bridges[bridge].channels
        where channels[slot].bridgedBorn <= list.births && !seen.contains(slot) { leaveBridge(slot) }
    }

    private mutating func listParked(_ items: [AMIMessage], _ list: LiveList) {
        var seen = Set<Int>()
        for item in items {
            guard let slot = channel(item, .parkeeUniqueID) else { continue }
            setParking(slot, item)
            seen.insert(slot)
        }
        for slot in channels.all
        where channels[slot].parking != nil && channels[slot].parkedBorn <= list.births && !seen.contains(slot) {
            unpark(slot)
        }
    }

    private mutating func listQueues(_ items: [AMIMessage], _ list: LiveList) {
        var (seen, members, waiting) = (Set<Int>(), Set<Member>(), Set<Int>())
        for item in items {
            guard let slot = queue(item) else { continue }
            seen.insert(slot)
            if item.event.equalsIgnoringCase("QueueParams") {
                setParameters(slot, item)
            } else if item.event.equalsIgnoringCase("QueueMember"), let interface = item[.location] {
                setMember(slot, interface, name: item[.name], item)
                members.insert(Member(queue: slot, interface: LiveKey(Array(interface))))
            } else if item.event.equalsIgnoringCase("QueueEntry"), let channel = channel(item) {
                let since = now.earlier(bySeconds: LiveText.number(item[.wait]))
                wait(channel, in: slot, position: LiveText.number(item[.position]), since: since)
                waiting.insert(channel)
            }
        }
        for slot in queues.all where queues[slot].born <= list.births {
            for channel in queues[slot].waiting
            where channels[channel].waitsBorn <= list.births && !waiting.contains(channel) { leaveQueue(channel) }
            let gone = queues[slot].members.filter { key, member in
                member.born <= list.births && !members.contains(Member(queue: slot, interface: key))
            }
            for member in gone.values.sorted(by: { $0.born < $1.born }) { removeMember(slot, member.interface[...]) }
            if !seen.contains(slot), queues[slot].members.isEmpty, queues[slot].waiting.isEmpty { removeQueue(slot) }
        }
    }

    private struct Member: Hashable {
        let queue: Int
        let interface: LiveKey
    }

    private mutating func removeQueue(_ slot: Int) {
        touch(queue: slot)
        finishQueues()
        queues.remove(slot, id: queues[slot].name)
    }

    private mutating func setParameters(_ slot: Int, _ item: AMIMessage) {
        var changed = queues[slot]
        _ = LiveText.set(&changed.strategy, item[.strategy])
        changed.holdTime = LiveText.number(item[.holdTime])
        changed.talkTime = LiveText.number(item[.talkTime])
        changed.completed = LiveText.number(item[.completed])
        changed.abandoned = LiveText.number(item[.abandoned])
        changed.serviceLevel = LiveText.number(item[.serviceLevel])
        let percent = item[.serviceLevelPerf].flatMap { Double($0.prefix(16).text) } ?? 0
        changed.serviceLevelPercent = percent.isFinite ? min(max(percent, 0), 100) : 0
        guard !changed.hasSameParameters(as: queues[slot]) else { return }
        touch(queue: slot)
        changed.touched = queues[slot].touched
        queues[slot] = changed
    }

    private mutating func listDevices(_ items: [AMIMessage], _ list: LiveList) {
        var seen = Set<[UInt8]>()
        for item in items {
            changeDevice(item)
            if let name = item[.device] { seen.insert(phone(name)) }
        }
        for slot in agents.all
        where agents[slot].hasDeviceState && agents[slot].deviceBorn <= list.births
            && !seen.contains(agents[slot].extension)
        {
            agents[slot].hasDeviceState = false
            guard agents[slot].device != .unknown else { continue }
            agents[slot].device = .unknown
            touch(agent: slot, isVisible: true)
        }
    }
}

extension LiveQueue {
    func hasSameParameters(as other: LiveQueue) -> Bool {
        strategy == other.strategy && holdTime == other.holdTime && talkTime == other.talkTime
            && completed == other.completed && abandoned == other.abandoned && serviceLevel == other.serviceLevel
            && serviceLevelPercent == other.serviceLevelPercent
    }
}
