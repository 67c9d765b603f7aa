import Basics

/// Channels and bridges of a live exchange.
extension LiveExchange {
    enum Ending { case person, action, dialplan }

    /// A new channel.
    ///
    /// - Parameters:
    ///   - other: a channel of the call that it joins.
    ///   - id: the Uniqueid that an Originate wants.
    mutating func newChannel(
        _ party: PBXParty,
        _ state: PBXChannel.State,
        exten: String,
        context: String,
        joining other: Int? = nil,
        named name: String? = nil,
        id: String? = nil
    ) -> Int {
        let serial = nextSerial
        nextSerial += 1
        let uniqueID = id ?? numbering.uniqueID(at: now, systemName: dialect.systemName)
        let face = PBXChannel(
            name: name ?? "\(party.endpoint)-\(numbering.channelSuffix())",
            uniqueID: uniqueID,
            linkedID: other.flatMap { channels[$0]?.face.linkedID } ?? uniqueID,
            party: party,
            state: state,
            context: context,
            exten: exten
        )
        channels[serial] = ExchangeChannel(
            serial: serial,
            created: now,
            face: face,
            linkBorn: other.flatMap { channels[$0]?.linkBorn } ?? serial,
            runsDialplan: state == .ring
        )
        occupants[party.endpoint, default: []].append(serial)
        touch(party.endpoint)
        emit("Newchannel", on: serial)
        return serial
    }

    mutating func setState(_ state: PBXChannel.State, of serial: Int) {
        guard let channel = channels[serial], channel.face.state != state else { return }
        channels[serial]?.face.state = state
        touch(channel.face.device)
        emit("Newstate", on: serial)
        if state == .up { passOn(.up, from: serial) }
    }

    /// Shows a channel whom it talks with.
    mutating func connect(_ serial: Int, to other: Int) {
        guard let party = channels[other]?.face.party, let face = channels[serial]?.face,
            face.connectedNumber != party.number || face.connectedName != party.name
        else { return }
        channels[serial]?.face.connectedNumber = party.number
        channels[serial]?.face.connectedName = party.name
        emit("NewConnectedLine", on: serial)
    }

    mutating func hold(_ serial: Int, _ isOnHold: Bool) {
        guard let channel = channels[serial], channel.isOnHold != isOnHold, channel.face.state == .up else { return }
        channels[serial]?.isOnHold = isOnHold
        touch(channel.face.device)
        emit(isOnHold ? "Hold" : "Unhold", on: serial) { if isOnHold { $0.appendHeader("MusicClass", "default") } }
    }

    /// The person at the end of a channel has heard enough.
    mutating func leave(_ serial: Int) {
        channels[serial]?.leavesAt = nil
        hangUp(serial, by: .person)
    }

    /// Ends a channel, whatever it does, and lets the others go on.
    mutating func hangUp(_ serial: Int, cause: Int = 16, by ending: Ending) {
        guard let channel = channels[serial] else { return }
        if ending == .person { emit("HangupRequest", on: serial) }
        var cause = cause
        switch channel.activity {
        case .dialling(let dialled): cancel(dialled, for: serial, cause: 16)
        case .dialled(by: .some(let caller)):
            if !channel.isLocal { cause = 21 }
            return dialFailed(serial, for: caller, Self.dialStatus(ofCause: cause), cause: cause)
        case .dialled(by: nil): emitDialEnd(serial, for: nil, "CANCEL")
        case .queued:
            abandon(serial)
            if ending == .person { cause = 0 }
        case .parked(let space): emitParking("ParkedCallGiveUp", space)
        case .idle, .waiting, .talking: break
        }
        completeVisit(of: serial)
        let rest = leaveBridge(serial)
        if ending != .person, channel.face.state == .up {
            emit("SoftHangupRequest", on: serial) { $0.appendHeader("Cause", 16) }
        }
        let alone = rest.flatMap { dissolve($0) }
        end(serial, cause: cause)
        if let alone { proceed(alone) }
    }

    /// The last event of a channel.
    ///
    /// - Parameter code: what the phone answered, where it refused the call.
    mutating func end(_ serial: Int, cause: Int, code: Int? = nil) {
        guard let channel = channels[serial] else { return }
        if case .parked(let space) = channel.activity { freeSpace(space) }
        if channel.runsDialplan, channel.face.context == "from-internal" {
            channels[serial]?.face.exten = "h"
            channels[serial]?.face.priority = 2
        }
        emit("Hangup", on: serial) { bytes in
            bytes.appendHeader("Cause", cause)
            bytes.appendHeader("Cause-txt", Self.text(ofCause: cause))
            if let code { bytes.appendHeader("TechCause", code) }
        }
        if let request = channel.request { respond(to: request, reason: 0) }
        channels[serial] = nil
        occupants[channel.face.device]?.removeAll { $0 == serial }
        touch(channel.face.device)
        endHalf(channel.otherHalf, cause: cause)
    }

    private static func text(ofCause cause: Int) -> String {
        switch cause {
        case 3: "No route to destination"
        case 16: "Normal Clearing"
        case 17: "User busy"
        case 18: "No user responding"
        case 19: "User alerting, no answer"
        case 20: "Subscriber absent"
        case 21: "Call Rejected"
        case 26: "Answered elsewhere"
        case 34: "Circuit/channel congestion"
        default: "Unknown"
        }
    }
}

// MARK: - Bridges

extension LiveExchange {
    /// Puts channels together in a new bridge; whoever is left alone by that goes on in the dialplan.
    mutating func bridge(_ members: [Int], seconds: ClosedRange<Int>? = nil) {
        let index = newBridge(.simple)
        var left: [Int] = []
        for member in members {
            if let old = enter(member, index) { left.append(old) }
        }
        for old in left { if let alone = dissolve(old) { proceed(alone) } }
        let remain = members.filter { channels[$0]?.bridge == index }
        guard remain.count == 2 else { return }
        for (one, two) in [(0, 1), (1, 0)] { connect(remain[one], to: remain[two]) }
        guard !remain.contains(where: { channels[$0]?.leavesAt != nil }) else { return }
        let isRequested = remain.contains { channels[$0]?.isRequested == true }
        let talk = seconds ?? (isRequested ? options.requestedTalkSeconds : options.talkSeconds)
        let people = remain.filter { channels[$0]?.isLocal == false }
        guard !people.isEmpty else { return }
        planLeave(people[random.pick(0...people.count - 1)], seconds: random.pick(talk))
    }

    mutating func newBridge(_ technology: PBXBridge.Technology) -> Int {
        let bridge = PBXBridge(technology, using: &random)
        let index = nextBridge
        nextBridge += 1
        bridges[index] = bridge
        emit("BridgeCreate") { bridge.append(to: &$0) }
        return index
    }

    /// A channel enters a bridge.
    ///
    /// - Returns: the bridge that it left for that.
    mutating func enter(_ serial: Int, _ index: Int) -> Int? {
        guard channels[serial] != nil else { return nil }
        let old = leaveBridge(serial)
        bridges[index]?.members.append(serial)
        channels[serial]?.bridge = index
        joinLinks(in: index)
        emitBridge("BridgeEnter", index, serial)
        if bridges[index]?.technology == .simple { channels[serial]?.begin(.talking) }
        return old
    }

    /// The oldest Linkedid is that of all in a bridge.
    private mutating func joinLinks(in index: Int) {
        let members = (bridges[index]?.members ?? []).compactMap { channels[$0] }
        guard bridges[index]?.technology == .simple, let oldest = members.min(by: { $0.linkBorn < $1.linkBorn }) else {
            return
        }
        for member in members {
            channels[member.serial]?.face.linkedID = oldest.face.linkedID
            channels[member.serial]?.linkBorn = oldest.linkBorn
        }
    }

    /// A channel leaves its bridge, if it is in one.
    ///
    /// - Returns: the bridge, unless it is gone.
    mutating func leaveBridge(_ serial: Int) -> Int? {
        guard let index = channels[serial]?.bridge else { return nil }
        bridges[index]?.members.removeAll { $0 == serial }
        channels[serial]?.bridge = nil
        emitBridge("BridgeLeave", index, serial)
        guard bridges[index]?.members.isEmpty == true, index != parkingBridge else { return index }
        emitBridge("BridgeDestroy", index, nil)
        bridges[index] = nil
        return nil
    }

    /// Ends a bridge in which one is left alone.
    ///
    /// - Returns: who it was.
    mutating func dissolve(_ index: Int) -> Int? {
        guard let bridge = bridges[index], bridge.technology == .simple, bridge.members.count == 1 else { return nil }
        let alone = bridge.members[0]
        _ = leaveBridge(alone)
        channels[alone]?.begin(.idle)
        return alone
    }

    private mutating func emitBridge(_ event: String, _ index: Int, _ serial: Int?) {
        guard let bridge = bridges[index] else { return }
        let face = serial.flatMap { channels[$0]?.face }
        emit(event) { bytes in
            bridge.append(to: &bytes)
            face?.append(to: &bytes)
        }
    }
}
