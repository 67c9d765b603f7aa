import AMI
import Basics

/// Agents: what their phone and their places in queues make of them.
extension LiveModel {
    /// The slot of an extension's agent, added when it is new; `nil` when there are too many.
    mutating func agent(_ name: [UInt8]) -> Int? {
        if let slot = agents.slot(of: name[...]) { return slot }
        guard agents.count < limits.agents else {
            noteGap()
            return nil
        }
        var agent = LiveAgent()
        agent.extension = name
        agent.since = now
        let slot = agents.insert(agent, id: name)
        touch(agent: slot, isVisible: true)
        return slot
    }

    mutating func changeDevice(_ event: AMIMessage) {
        guard let name = event[.device], let device = LiveAgent.Device(event[.state]) else { return }
        let owner = phone(name)
        guard !owner.isEmpty, let slot = agent(owner) else { return }
        births += 1
        agents[slot].deviceBorn = births
        agents[slot].hasDeviceState = true
        guard agents[slot].device != device else { return }
        agents[slot].device = device
        touch(agent: slot, isVisible: true)
    }

    /// The extension of a device that is a phone: others, such as `Queue:q600_avail` and `park:701@parkedcalls`, have a
    /// colon.
    func phone(_ device: Bytes) -> [UInt8] {
        device.prefix { $0 != UInt8(ascii: "/") }.contains(ASCII.colon) ? [] : extensions.of(device)
    }

    mutating func changeHint(_ event: AMIMessage) {
        guard let hint = event[.hint], let device = LiveAgent.Device(hintStatus: event[.status]) else { return }
        // A hint may watch several devices.
        let owner = hint.contains(UInt8(ascii: "&")) ? [] : phone(hint)
        guard !owner.isEmpty, let slot = agent(owner), !agents[slot].hasDeviceState, agents[slot].device != device
        else {
            return
        }
        agents[slot].device = device
        touch(agent: slot, isVisible: true)
    }

    /// Derives whether an agent is paused and until when it has work after a call.
    mutating func derivePause(_ slot: Int) {
        var (isPaused, reason): (Bool, [UInt8]) = (!agents[slot].memberships.isEmpty, [])
        var until: LiveTime?
        for membership in agents[slot].memberships {
            guard let member = queues[membership.queue].members[LiveKey(membership.interface)] else { continue }
            if !member.isPaused { isPaused = false }
            if reason.isEmpty { reason = member.pauseReason }
            if let end = member.wrapupUntil, end.monotonic > until?.monotonic ?? .min { until = end }
        }
        if isPaused != agents[slot].isPaused {
            agents[slot].isPaused = isPaused
            agents[slot].pausedSince = isPaused ? now : nil
        }
        agents[slot].pauseReason = isPaused ? reason : []
        guard let until, until.monotonic > now.monotonic else {
            agents[slot].wrapupUntil = nil
            return
        }
        if agents[slot].wrapupUntil == nil { wrapups.append(slot) }
        agents[slot].wrapupUntil = until
    }

    mutating func beginWrapup(_ queue: Int, _ interface: LiveKey) {
        guard let member = queues[queue].members[interface], member.wrapupSeconds > 0, member.agent >= 0 else { return }
        queues[queue].members[interface]?.wrapupUntil = now.later(bySeconds: member.wrapupSeconds)
        touch(agent: member.agent, isVisible: true, isMembership: true)
    }

    mutating func endWrapups() {
        var later: [Int] = []
        for slot in wrapups {
            guard let until = agents[slot].wrapupUntil else { continue }
            if until.monotonic > now.monotonic {
                later.append(slot)
            } else {
                agents[slot].wrapupUntil = nil
                touch(agent: slot, isVisible: false)
            }
        }
        wrapups = later
    }

    /// How many channels of an agent are looked at: an extension with more is no person's phone.
    private static let mostLooked = 64

    /// The first state that fits.
    func derivedState(ofAgent slot: Int) -> LiveAgent.State {
        let device = agents[slot].device
        if device == .unavailable || device == .invalid { return .offline }
        var (isHolding, isOnCall, isRinging) = (device == .onHold, false, false)
        for channel in agents[slot].channels.prefix(Self.mostLooked) {
            switch activity(of: channel) {
            case .onHold: isHolding = true
            case .onCall: isOnCall = true
            case .ringing: isRinging = true
            default: break
            }
        }
        if agents[slot].channels.isEmpty {
            isOnCall = device == .inUse || device == .busy
            isRinging = device == .ringing
        }
        if isHolding { return .onHold }
        if isOnCall { return .onCall }
        if isRinging { return .ringing }
        if agents[slot].isPaused { return .paused }
        return agents[slot].wrapupUntil != nil ? .wrapup : .available
    }

    /// What one of its channels makes of an agent.
    private func activity(of slot: Int) -> LiveAgent.State {
        let flags = channels[slot].flags
        if flags.contains(.holding) { return .onHold }
        if flags.contains(.connected) { return .onCall }
        let call = channels[slot].call
        // The other party hears music, and this one waits in the dialplan of holds.
        if flags.contains(.up), !flags.contains(.heldByRedirect), call >= 0, calls[call].counts[.heldByRedirect] > 0 {
            return .onHold
        }
        if flags.contains(.up) { return .onCall }
        if flags.contains(.ringing) { return .ringing }
        switch channels[slot].state {
        case .offHook, .dialing, .ring: return .onCall
        default: return .available
        }
    }
}
