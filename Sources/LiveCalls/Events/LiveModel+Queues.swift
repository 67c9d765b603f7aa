import AMI
import Basics

/// Queues and the calls that wait in them.
extension LiveModel {
    /// The queue of an event; `nil` when it has none, or when there are too many.
    mutating func queue(_ event: AMIMessage) -> Int? {
        guard let name = event[.queue], !name.isEmpty, name.count <= LiveText.longest else { return nil }
        if let slot = queues.slot(of: name) { return slot }
        guard queues.count < limits.queues else {
            noteGap()
            return nil
        }
        var queue = LiveQueue()
        queue.name = Array(name)
        births += 1
        queue.born = births
        let slot = queues.insert(queue, id: queue.name)
        touch(queue: slot)
        return slot
    }

    mutating func joinQueue(_ event: AMIMessage) {
        guard let slot = channel(event), let queue = queue(event) else { return }
        wait(slot, in: queue, position: LiveText.number(event[.position]), since: now)
    }

    /// Puts a channel in the line of a queue.
    ///
    /// - Parameter position: from 1 on; 0 for the end.
    mutating func wait(_ slot: Int, in queue: Int, position: Int, since: LiveTime) {
        guard channels[slot].waitsIn != queue else { return }
        leaveQueue(slot)
        touch(queue: queue)
        let count = queues[queue].waiting.count
        queues[queue].waiting.insert(slot, at: position > 0 ? min(position - 1, count) : count)
        births += 1
        channels[slot].waitsBorn = births
        channels[slot].waitsIn = queue
        let call = channels[slot].call
        touch(call: call, .callQueued)
        if call >= 0 { calls[call].queue = LiveCall.QueueVisit(name: queues[queue].name, joinedAt: since) }
        settle(slot)
    }

    mutating func leaveQueue(_ event: AMIMessage) {
        guard let slot = channel(event), let name = event[.queue], let queue = queues.slot(of: name),
            channels[slot].waitsIn == queue
        else { return }
        leaveQueue(slot)
    }

    mutating func leaveQueue(_ slot: Int) {
        let queue = channels[slot].waitsIn
        guard queue >= 0 else { return }
        touch(queue: queue)
        touch(call: channels[slot].call)
        if let place = queues[queue].waiting.firstIndex(of: slot) { queues[queue].waiting.remove(at: place) }
        channels[slot].waitsIn = -1
        settle(slot)
    }

    /// The call of an event and the queue of the event, which the call visits.
    ///
    /// A visit that began before the model is made up for from the event.
    private mutating func visit(_ event: AMIMessage) -> (call: Int, queue: Int)? {
        guard let slot = channel(event), channels[slot].call >= 0, let name = event[.queue],
            let queue = queues.slot(of: name)
        else { return nil }
        let call = channels[slot].call
        if calls[call].queue == nil {
            touch(call: call)
            let talked = LiveText.number(event[.talkTime])
            let waited = LiveText.number(event[.holdTime])
            calls[call].queue = LiveCall.QueueVisit(
                name: queues[queue].name,
                joinedAt: now.earlier(bySeconds: waited + talked),
                connectedAt: event[.talkTime] == nil ? nil : now.earlier(bySeconds: talked)
            )
        }
        return calls[call].queue?.name == queues[queue].name ? (call, queue) : nil
    }

    mutating func abandonQueue(_ event: AMIMessage) {
        guard let (call, queue) = visit(event), calls[call].queue?.isCounted == false else { return }
        touch(queue: queue)
        calls[call].queue?.isCounted = true
        queues[queue].abandoned += 1
    }

    mutating func connectAgent(_ event: AMIMessage) {
        guard let (call, queue) = visit(event), let slot = channel(event) else { return }
        if channels[slot].waitsIn == queue { leaveQueue(slot) }
        guard calls[call].queue?.connectedAt == nil else { return }
        touch(call: call)
        touch(queue: queue)
        calls[call].queue?.connectedAt = now
    }

    mutating func completeAgent(_ event: AMIMessage) {
        guard let (call, queue) = visit(event), calls[call].queue?.isCounted == false else { return }
        touch(queue: queue)
        calls[call].queue?.isCounted = true
        queues[queue].completed += 1
        if let interface = event[.interface] { beginWrapup(queue, LiveKey(interface)) }
    }

    mutating func addMember(_ event: AMIMessage) {
        guard let queue = queue(event), let interface = event[.interface] else { return }
        setMember(queue, interface, name: event[.memberName], event)
    }

    mutating func updateMember(_ event: AMIMessage) {
        guard let name = event[.queue], let queue = queues.slot(of: name), let interface = event[.interface],
            queues[queue].members[LiveKey(interface)] != nil
        else { return }
        setMember(queue, interface, name: event[.memberName], event)
    }

    mutating func removeMember(_ event: AMIMessage) {
        guard let name = event[.queue], let queue = queues.slot(of: name), let interface = event[.interface] else {
            return
        }
        removeMember(queue, interface)
    }

    mutating func removeMember(_ queue: Int, _ interface: Bytes) {
        guard let member = queues[queue].members[LiveKey(interface)] else { return }
        touch(queue: queue)
        queues[queue].members[LiveKey(interface)] = nil
        if member.agent >= 0 {
            touch(agent: member.agent, isVisible: true, isMembership: true)
            agents[member.agent].memberships.removeAll { $0.queue == queue && $0.interface == member.interface }
        }
        deriveExtensions(queue)
    }

    /// Adds a member or takes over what a message says of it; lists and events name interface and person differently.
    mutating func setMember(_ queue: Int, _ interface: Bytes, name: Bytes?, _ message: AMIMessage) {
        guard !interface.isEmpty, interface.count <= LiveText.longest else { return }
        let key = LiveKey(interface)
        if queues[queue].members[key] == nil {
            guard let member = newMember(queue, interface, message) else { return }
            let kept = LiveKey(member.interface)
            touch(queue: queue)
            queues[queue].members[kept] = member
            if member.agent >= 0 {
                agents[member.agent].memberships.append(
                    LiveAgent.Membership(queue: queue, interface: member.interface)
                )
                touch(agent: member.agent, isVisible: true, isMembership: true)
            }
            deriveExtensions(queue)
        } else {
            let old = queues[queue].members[key]
            if Self.update(&queues[queue].members[key], message, now, isListed: isListing) {
                let new = queues[queue].members[key]
                let isMembership =
                    old?.isPaused != new?.isPaused || old?.pauseReason != new?.pauseReason
                    || old?.wrapupUntil != new?.wrapupUntil
                touch(queue: queue)
                touch(agent: new?.agent ?? -1, isVisible: true, isMembership: isMembership)
            }
        }
        setDevice(ofMember: queues[queue].members[key]?.agent ?? -1, name: name, message)
    }

    private mutating func newMember(_ queue: Int, _ interface: Bytes, _ message: AMIMessage) -> LiveQueue.Member? {
        guard queues[queue].members.count < limits.agents else {
            noteGap()
            return nil
        }
        var member: LiveQueue.Member? = LiveQueue.Member()
        member?.interface = Array(interface)
        births += 1
        member?.born = births
        _ = Self.update(&member, message, now, isListed: isListing)
        var name = message[.stateInterface].map(extensions.of) ?? []
        if name.isEmpty { name = extensions.of(interface) }
        if !name.isEmpty, let agent = agent(name) { member?.agent = agent }
        return member
    }

    private mutating func setDevice(ofMember agent: Int, name: Bytes?, _ message: AMIMessage) {
        guard agent >= 0 else { return }
        // Without a name of its own a member has its interface's.
        if let name, !name.contains(UInt8(ascii: "/")), LiveText.set(&agents[agent].memberName, name) {
            touch(agent: agent, isVisible: true)
        }
        guard !agents[agent].hasDeviceState, let device = LiveAgent.Device(queueStatus: message[.status]),
            device != agents[agent].device
        else { return }
        touch(agent: agent, isVisible: true)
        agents[agent].device = device
    }

    /// - Returns: whether anything differed.
    private static func update(
        _ member: inout LiveQueue.Member?,
        _ message: AMIMessage,
        _ now: LiveTime,
        isListed: Bool
    ) -> Bool {
        guard var changed = member else { return false }
        func set(_ number: inout Int, _ name: HeaderName) {
            if let value = message[name] { number = LiveText.number(value) }
        }
        let lastCall = changed.lastCall
        set(&changed.penalty, .penalty)
        set(&changed.callsTaken, .callsTaken)
        set(&changed.lastCall, .lastCall)
        set(&changed.wrapupSeconds, .wrapupTime)
        if let paused = message[.paused] { changed.isPaused = paused.equals("1") }
        if let inCall = message[.inCall] { changed.isInCall = inCall.equals("1") }
        _ = LiveText.set(&changed.membership, message[.membership])
        _ = LiveText.set(&changed.pauseReason, message[.pausedReason])
        if !changed.isPaused { changed.pauseReason = [] }
        if changed.lastCall != lastCall, changed.wrapupSeconds > 0 {
            // An event says that it begins now; a list, when it began, by the clock of the PBX.
            let left =
                isListed
                ? min(changed.lastCall + changed.wrapupSeconds - now.wall.seconds, changed.wrapupSeconds)
                : changed.wrapupSeconds
            changed.wrapupUntil = left > 0 ? now.later(bySeconds: left) : nil
        }
        guard changed != member else { return false }
        member = changed
        return true
    }

    private mutating func deriveExtensions(_ queue: Int) {
        var names = Set<[UInt8]>()
        for member in queues[queue].members.values where member.agent >= 0 {
            names.insert(agents[member.agent].extension)
        }
        queues[queue].extensions = names.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
