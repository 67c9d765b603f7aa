import AMI
import Basics

/// Bridges, and who talks with whom through them.
extension LiveModel {
    /// The bridge of an event; `nil` when it has none, or when there are too many.
    private mutating func bridge(_ event: AMIMessage) -> Int? {
        guard let id = event[.bridgeUniqueID], !id.isEmpty, id.count <= LiveText.longest else { return nil }
        guard let slot = bridges.slot(of: id) else {
            guard bridges.count < limits.channels else {
                noteGap()
                return nil
            }
            var bridge = LiveBridge()
            bridge.id = Array(id)
            bridge.type = LiveText.kept(event[.bridgeType])
            bridge.technology = LiveText.kept(event[.bridgeTechnology])
            births += 1
            bridge.born = births
            return bridges.insert(bridge, id: bridge.id)
        }
        _ = LiveText.set(&bridges[slot].type, event[.bridgeType])
        _ = LiveText.set(&bridges[slot].technology, event[.bridgeTechnology])
        return slot
    }

    @discardableResult
    mutating func addBridge(_ event: AMIMessage) -> Int? { bridge(event) }

    mutating func destroyBridge(_ event: AMIMessage) {
        guard let id = event[.bridgeUniqueID], let slot = bridges.slot(of: id) else { return }
        removeBridge(slot)
    }

    mutating func removeBridge(_ slot: Int) {
        for channel in bridges[slot].channels { leaveBridge(channel) }
        bridges.remove(slot, id: bridges[slot].id)
    }

    mutating func enterBridge(_ event: AMIMessage) {
        guard let channel = channel(event), let bridge = bridge(event) else { return }
        updateChannel(channel, event)
        enterBridge(channel, bridge)
    }

    mutating func enterBridge(_ slot: Int, _ bridge: Int) {
        guard channels[slot].bridge != bridge else { return }
        leaveBridge(slot)
        touch(call: channels[slot].call, isVisible: !channels[slot].isLocal)
        births += 1
        channels[slot].bridgedBorn = births
        channels[slot].bridge = bridge
        bridges[bridge].channels.append(slot)
        if bridges[bridge].kind != .holding {
            channels[slot].parking = nil
            join(slot, in: bridge)
        }
        settle(slot)
    }

    mutating func leaveBridge(_ event: AMIMessage) {
        guard let slot = channel(event) else { return }
        // The bridge, if any, that the channel has entered since stays.
        guard let id = event[.bridgeUniqueID], let bridge = bridges.slot(of: id), channels[slot].bridge == bridge else {
            return
        }
        updateChannel(slot, event)
        leaveBridge(slot)
    }

    mutating func leaveBridge(_ slot: Int) {
        let bridge = channels[slot].bridge
        guard bridge >= 0 else { return }
        touch(call: channels[slot].call, isVisible: !channels[slot].isLocal)
        channels[slot].bridge = -1
        if let place = bridges[bridge].channels.firstIndex(of: slot) { bridges[bridge].channels.remove(at: place) }
        if channels[slot].isLocal {
            let half = channels[slot].otherHalf
            if half >= 0, channels[half].bridge >= 0 { separate(in: channels[half].bridge) }
        } else {
            disconnect(slot)
        }
        separate(in: bridge)
        settle(slot)
    }

    /// The most channels that a walk through bridges looks at.
    private static let mostWalked = 64

    /// Collects the parties that hear each other in a bridge and behind the Local channels in it, at most three.
    ///
    /// A walk that looked at too many is cut (`isWalkCut`), and counts as a conference.
    ///
    /// - Returns: whether all bridges on the way join calls.
    private mutating func walk(from bridge: Int) -> Bool {
        isWalkCut = false
        parties.removeAll(keepingCapacity: true)
        walkedBridges.removeAll(keepingCapacity: true)
        walkedBridges.append(bridge)
        var (next, looked, isBasic) = (0, 0, true)
        while next < walkedBridges.count {
            let current = walkedBridges[next]
            next += 1
            if bridges[current].kind != .basic { isBasic = false }
            for index in bridges[current].channels.indices {
                guard parties.count < 3 else { return isBasic }
                guard looked < Self.mostWalked else {
                    isWalkCut = true
                    return false
                }
                looked += 1
                let slot = bridges[current].channels[index]
                guard channels[slot].isLocal else {
                    parties.append(slot)
                    continue
                }
                let half = channels[slot].otherHalf
                guard half >= 0, channels[half].bridge >= 0 else { continue }
                let beyond = channels[half].bridge
                if !walkedBridges.contains(beyond), bridges[beyond].kind != .holding { walkedBridges.append(beyond) }
            }
        }
        return isBasic
    }

    /// The other parties in the bridge of a channel, at most two.
    mutating func others(of slot: Int) -> [Int] {
        _ = walk(from: channels[slot].bridge)
        return parties.filter { $0 != slot }
    }

    /// Connects a channel that has entered a bridge with who is there.
    private mutating func join(_ slot: Int, in bridge: Int) {
        let isBasic = walk(from: bridge)
        guard parties.count >= 2 || isWalkCut else { return }
        if parties.count == 2, !isWalkCut {
            let (one, two) = (parties[0], parties[1])
            let since =
                !isListing
                ? now : channels[one].born > channels[two].born ? channels[one].createdAt : channels[two].createdAt
            connect(one, since: since)
            connect(two, since: since)
            if isBasic { merge(channels[one].call, channels[two].call) }
        } else if !channels[slot].isLocal {
            connect(slot, since: isListing ? channels[slot].createdAt : now)
        } else if channels[slot].otherHalf >= 0, channels[channels[slot].otherHalf].bridge >= 0 {
            _ = walk(from: channels[channels[slot].otherHalf].bridge)
            for party in parties { connect(party, since: now) }
        }
    }

    /// Disconnects whoever is left alone in a bridge, and joins the last two.
    private mutating func separate(in bridge: Int) {
        guard bridges[bridge].kind != .holding else { return }
        let isBasic = walk(from: bridge)
        guard !isWalkCut else { return }
        if parties.count == 1 { disconnect(parties[0]) }
        if parties.count == 2, isBasic { merge(channels[parties[0]].call, channels[parties[1]].call) }
    }

    /// Joins the calls in the bridges of a call's channels, after its mark as a consultation went.
    mutating func joinAgain(_ call: Int) {
        for slot in calls[call].channels where channels[slot].bridge >= 0 { separate(in: channels[slot].bridge) }
    }

    private mutating func connect(_ slot: Int, since: LiveTime) {
        guard channels[slot].connectedSince == nil else { return }
        let call = channels[slot].call
        touch(call: call, isVisible: false)
        channels[slot].connectedSince = since
        channels[slot].wasConnected = true
        settle(slot)
        guard call >= 0, calls[call].answeredAt == nil else { return }
        calls[call].answeredAt = since
        touch(call: call, isListing ? .callUpdated : .callEstablished)
    }

    private mutating func disconnect(_ slot: Int) {
        guard let since = channels[slot].connectedSince else { return }
        touch(call: channels[slot].call, isVisible: false)
        channels[slot].talkSeconds += now.seconds(since: since)
        channels[slot].connectedSince = nil
        settle(slot)
    }
}
