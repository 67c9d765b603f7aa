import Basics

/// The actions about members of queues.
extension LiveExchange {
    mutating func pauseMember(_ action: PBXAction) -> [UInt8] {
        let (interface, wanted) = (action["interface"], action["queue"])
        guard !interface.isEmpty, !action["paused"].isEmpty else {
            return Self.error("Need 'Interface' and 'Paused' parameters.", action)
        }
        let isPaused = ["true", "yes", "on", "1", "y", "t"].contains(action["paused"].lowercased())
        let names = queueNames.filter { name in
            (wanted.isEmpty || wanted == name) && queues[name]?.index(of: interface) != nil
        }
        guard !names.isEmpty else { return Self.error("Interface not found", action) }
        for name in names {
            guard let index = queues[name]?.index(of: interface), var member = queues[name]?.members[index] else {
                continue
            }
            member.isPaused = isPaused
            member.pauseReason = isPaused ? action["reason"] : ""
            if isPaused { member.lastPause = now.seconds }
            queues[name]?.members[index] = member
            tellNow("Queue:\(name)_pause_\(interface)", "Queue:\(name)_avail")
            tell(member, of: name, "QueueMemberPause")
        }
        needsService = true
        return Self.success("Interface \(isPaused ? "" : "un")paused successfully", action)
    }

    mutating func addMember(_ action: PBXAction) -> [UInt8] {
        let (name, interface) = (action["queue"], action["interface"])
        guard !name.isEmpty else { return Self.error("'Queue' not specified.", action) }
        guard !interface.isEmpty else { return Self.error("'Interface' not specified.", action) }
        guard let queue = queues[name] else {
            return Self.error("Unable to add interface to queue: No such queue", action)
        }
        guard queue.index(of: interface) == nil else {
            return Self.error("Unable to add interface: Already there", action)
        }
        let isPaused = ["true", "yes", "on", "1"].contains(action["paused"].lowercased())
        let member = ExchangeMember(
            interface: interface,
            name: action["membername"].isEmpty ? interface : action["membername"],
            isDynamic: true,
            penalty: Array(action["penalty"].utf8)[...].integer ?? 0,
            loginTime: now.seconds,
            isPaused: isPaused,
            pauseReason: isPaused ? action["reason"] : ""
        )
        queues[name]?.members.append(member)
        tellNow("Queue:\(name)_pause_\(interface)")
        tell(member, of: name, "QueueMemberAdded")
        touch("Queue:\(name)_avail")
        needsService = true
        return Self.success("Added interface to queue", action)
    }

    mutating func removeMember(_ action: PBXAction) -> [UInt8] {
        let (name, interface) = (action["queue"], action["interface"])
        guard let queue = queues[name] else {
            return Self.error("Unable to remove interface from queue: No such queue", action)
        }
        guard let index = queue.index(of: interface) else {
            return Self.error("Unable to remove interface: Not there", action)
        }
        queues[name]?.members.remove(at: index)
        queues[name]?.next = 0
        tell(queue.members[index], of: name, "QueueMemberRemoved")
        toldMembers[name + interface] = nil
        devices["Queue:\(name)_pause_\(interface)"] = nil
        touch("Queue:\(name)_avail")
        return Self.success("Removed interface from queue", action)
    }

    /// Tells states before the event that explains them.
    private mutating func tellNow(_ names: String...) {
        for device in names where devices[device] != state(of: device) {
            let state = state(of: device)
            devices[device] = state
            emit("DeviceStateChange") { bytes in
                bytes.appendHeader("Device", device)
                bytes.appendHeader("State", state)
            }
        }
    }
}
