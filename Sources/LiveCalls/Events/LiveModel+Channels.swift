import AMI
import Basics

/// Channels from their begin to their end.
extension LiveModel {
    /// The slot of the channel whose Uniqueid is in a header.
    func channel(_ event: AMIMessage, _ name: HeaderName = .uniqueID) -> Int? {
        event[name].flatMap { channels.slot(of: $0) }
    }

    mutating func addChannel(_ event: AMIMessage) {
        guard let id = event[.uniqueID], !id.isEmpty, id.count <= LiveText.longest else { return }
        if channels.slot(of: id) != nil { return updateChannel(event) }
        if let name = endedChannels[LiveKey(id)], event[.channel]?.isSame(as: name[...]) == true { return }
        insertChannel(id, event, createdAt: now)
    }

    /// Takes a channel in; the oldest one ends when there are too many.
    @discardableResult
    mutating func insertChannel(_ id: Bytes, _ event: AMIMessage, createdAt: LiveTime) -> Int {
        if channels.count >= limits.channels { endOldest() }
        var channel = LiveChannel()
        channel.id = Array(id)
        channel.name = LiveText.kept(event[.channel])
        channel.linkedID = LiveText.kept(event[.linkedID])
        if channel.linkedID.isEmpty { channel.linkedID = channel.id }
        channel.createdAt = createdAt
        births += 1
        channel.born = births
        let name = channel.name[...]
        channel.isLocal = name.prefix(6).equalsIgnoringCase("local/") && Self.isHalf(name)
        if !channel.isLocal {
            channel.extension = extensions.of(name)
            if !channel.extension.isEmpty { channel.agent = agent(channel.extension) ?? -1 }
            if isListing { channel.recording = .unknown }
        }
        _ = Self.update(&channel, event)
        if channel.state == .up, !isListing { channel.answeredAt = now }
        let call = callOfNewChannel(linkedID: channel.linkedID, createdAt: createdAt)
        channel.flags = flags(of: channel)
        let slot = channels.insert(channel, id: channel.id)
        order.append(Birth(slot: slot, born: channel.born))
        if order.count > 2 * channels.count + 64 { order.keep { channels[$0.slot].born == $0.born } }
        attach(slot, to: call)
        if channel.agent >= 0 { agents[channel.agent].channels.append(slot) }
        if channel.flags.contains(.ringing) { touch(call: call, .callRinging) }
        if channel.isLocal { addHalf(slot) }
        return slot
    }

    mutating func updateChannel(_ event: AMIMessage) {
        guard let slot = channel(event) else { return }
        updateChannel(slot, event)
    }

    /// Takes over what an event says of its channel.
    mutating func updateChannel(_ slot: Int, _ event: AMIMessage) {
        if Self.update(&channels[slot], event) {
            touch(call: channels[slot].call, isVisible: !channels[slot].isLocal)
            if channels[slot].state == .up, channels[slot].answeredAt == nil, !isListing {
                channels[slot].answeredAt = now
            }
        }
        settle(slot)
    }

    mutating func renameChannel(_ event: AMIMessage) {
        guard let slot = channel(event), let name = event[.newName], !name.isEmpty else { return }
        touch(call: channels[slot].call, isVisible: !channels[slot].isLocal)
        if channels[slot].isLocal { localHalves[LiveKey(channels[slot].name)] = nil }
        channels[slot].name = LiveText.kept(name)
        if channels[slot].isLocal { addHalf(slot) }
    }

    mutating func noteHangupRequest(_ event: AMIMessage) {
        guard let slot = channel(event), !channels[slot].isLocal, channels[slot].call >= 0 else { return }
        if calls[channels[slot].call].hangupBy.isEmpty { calls[channels[slot].call].hangupBy = party(slot) }
    }

    mutating func hangUp(_ event: AMIMessage) {
        guard let slot = channel(event) else { return }
        let cause = LiveText.number(event[.cause])
        removeChannel(slot, LiveCall.Hangup(cause: cause, text: LiveText.kept(event[.causeText]), by: []))
    }

    mutating func removeChannel(_ slot: Int, _ hangup: LiveCall.Hangup) {
        leaveQueue(slot)
        leaveBridge(slot)
        let call = channels[slot].call
        if call >= 0, !channels[slot].isLocal || calls[call].hangup == nil {
            touch(call: call, isVisible: false)
            calls[call].hangup = hangup
        }
        detach(slot)
        let agent = channels[slot].agent
        if agent >= 0 {
            touch(agent: agent, isVisible: true)
            agents[agent].channels.removeAll { $0 == slot }
            if channels[slot].wasConnected {
                agents[agent].callsToday += 1
                agents[agent].talkSecondsToday += channels[slot].talkSeconds
            }
        }
        if channels[slot].isLocal { removeHalf(slot) }
        let id = channels[slot].id
        if endedChannels.updateValue(channels[slot].name, forKey: LiveKey(id)) == nil {
            endedChannelOrder.append(EndedChannel(id: id, at: now))
        }
        channels.remove(slot, id: id)
    }

    /// Ends the channel that came first, to make room.
    private mutating func endOldest() {
        while let oldest = order.first {
            order.removeFirst()
            guard channels[oldest.slot].born == oldest.born else { continue }
            removeChannel(oldest.slot, .lost)
            return noteGap()
        }
    }

    /// Notes that a bound was reached.
    mutating func noteGap() {
        refused += 1
        if changes.isEmpty { changes.append(LiveChange(kind: .gap, id: [], extensions: [])) }
    }

    /// Ends everything that a restart of the PBX ends.
    mutating func endAll() {
        for slot in channels.all { removeChannel(slot, .lost) }
        for slot in bridges.all { bridges.remove(slot, id: bridges[slot].id) }
        for slot in calls.all where calls[slot].isRequested {
            endRequest(slot)
            calls[slot].hangup = .lost
        }
        // Names of channels start over, so they no longer tell a late event from a new one.
        endedChannels = [:]
        endedChannelOrder = Queue()
    }

    /// Brings the counts of the call in line with the channel, after any change of it.
    mutating func settle(_ slot: Int) {
        let (old, new) = (channels[slot].flags, flags(of: channels[slot]))
        guard old != new else { return }
        let call = channels[slot].call
        touch(call: call, isVisible: false)
        channels[slot].flags = new
        touch(agent: channels[slot].agent, isVisible: false)
        guard call >= 0 else { return }
        calls[call].counts.change(from: old, to: new)
        let begins = new.contains(.ringing) && !old.contains(.ringing)
        if begins, calls[call].counts[.connected] == 0 { touch(call: call, .callRinging) }
    }

    /// What a channel counts as in its call.
    func flags(of channel: LiveChannel) -> LiveFlags {
        var flags = LiveFlags()
        let isUp = channel.state == .up
        if channel.isDialled, !isUp { flags.insert(.pending) }
        guard !channel.isLocal else { return flags }
        flags.insert(.real)
        if isUp { flags.insert(.up) }
        if channel.state == .ringing || (channel.hasProgress && !isUp) { flags.insert(.ringing) }
        if channel.connectedSince != nil { flags.insert(.connected) }
        if channel.isHolding { flags.insert(.holding) }
        if channel.parking != nil { flags.insert(.parked) }
        if channel.waitsIn >= 0 { flags.insert(.waiting) }
        switch channel.recording {
        case .off: break
        case .on: flags.insert(.recorded)
        case .paused: flags.insert(.paused)
        case .unknown: flags.insert(.perhapsRecorded)
        }
        // After a Bridge the third step runs, and the party is no longer held but left alone.
        if isUp, channel.bridge < 0, channel.priority <= 2, channel.exten[...].equals("held"),
            channel.context == holdContext
        {
            flags.insert(.heldByRedirect)
        }
        return flags
    }

    /// Takes over an event's block about its channel.
    ///
    /// - Returns: whether anything differed that the call shows.
    private static func update(_ channel: inout LiveChannel, _ event: AMIMessage) -> Bool {
        var differs = false
        if let state = LiveChannel.State(event[.channelState]), state != channel.state {
            channel.state = state
            differs = true
        }
        if let priority = event[.priority]?.integer { channel.priority = priority }
        // It changes when calls are joined; the call keeps the one under which it was first seen.
        if event[.linkedID]?.isEmpty == false { _ = LiveText.set(&channel.linkedID, event[.linkedID]) }
        if LiveText.set(&channel.callerNumber, event[.callerIDNum]) { differs = true }
        if LiveText.setEscaped(&channel.callerName, event[.callerIDName]) { differs = true }
        if LiveText.set(&channel.connectedNumber, event[.connectedLineNum]) { differs = true }
        if LiveText.setEscaped(&channel.connectedName, event[.connectedLineName]) { differs = true }
        if LiveText.set(&channel.context, event[.context]) { differs = true }
        if LiveText.set(&channel.exten, event[.exten]) { differs = true }
        return differs
    }
}

extension LiveCall.Hangup {
    /// The PBX no longer has it, and no event said why.
    static let lost = LiveCall.Hangup(cause: 0, text: Array("lost".utf8), by: [])
}
