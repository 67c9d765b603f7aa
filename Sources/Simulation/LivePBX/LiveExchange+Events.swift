import Basics

/// What a live exchange tells: events, and the states of devices.
extension LiveExchange {
    mutating func emit(_ event: String, _ kind: PBXFrameKind = .channel, _ body: (inout [UInt8]) -> Void) {
        now = Timestamp(microseconds: now.microseconds + Int64(random.pick(8...90)))
        let (dialect, time) = (dialect, now)
        frames.append(kind, at: time) { bytes in
            dialect.appendStart(of: event, kind, at: time, to: &bytes)
            body(&bytes)
            bytes.appendLineEnd()
        }
    }

    /// An event about one channel.
    mutating func emit(
        _ event: String,
        on serial: Int,
        _ kind: PBXFrameKind = .channel,
        _ more: (inout [UInt8]) -> Void = { _ in }
    ) {
        guard let face = channels[serial]?.face else { return }
        emit(event, kind) { bytes in
            face.append(to: &bytes)
            more(&bytes)
        }
    }

    /// An event about a dialled channel and the one that dials it, if any.
    mutating func emit(
        _ event: String,
        from caller: Int?,
        to serial: Int,
        _ kind: PBXFrameKind = .channel,
        _ more: (inout [UInt8]) -> Void
    ) {
        guard let face = channels[serial]?.face else { return }
        let from = caller.flatMap { channels[$0]?.face }
        emit(event, kind) { bytes in
            from?.append(to: &bytes)
            face.append(to: &bytes, prefix: "Dest")
            more(&bytes)
        }
    }

    mutating func touch(_ device: String) {
        if !device.hasPrefix("Local/"), !touched.contains(device) { touched.append(device) }
    }

    /// Tells the states that have changed and calls agents for who waits, until there is nothing more to do.
    mutating func settle() {
        repeat {
            for device in touched { tell(device) }
            touched = []
            if needsService {
                needsService = false
                for name in queueNames { serve(name) }
            }
        } while !touched.isEmpty || needsService
    }

    private mutating func tell(_ device: String) {
        let state = state(of: device)
        if devices[device] != state {
            devices[device] = state
            emit("DeviceStateChange") { bytes in
                bytes.appendHeader("Device", device)
                bytes.appendHeader("State", state)
            }
            if let hint = hint(of: device) { emit("ExtensionStatus") { hint.append(to: &$0) } }
            if state == DeviceState.notInUse.rawValue { needsService = true }
            tellMembers(device, always: true)
        } else {
            tellMembers(device, always: false)
        }
    }

    private mutating func tellMembers(_ device: String, always: Bool) {
        for name in queueNames {
            guard let member = queues[name]?.members.first(where: { $0.interface == device }),
                always || toldMembers[name + device] != member
            else { continue }
            tell(member, of: name, "QueueMemberStatus")
            touch("Queue:\(name)_avail")
        }
    }

    /// An event about a member of a queue.
    mutating func tell(_ member: ExchangeMember, of queue: String, _ event: String) {
        toldMembers[queue + member.interface] = member
        let status = phoneState(of: member.interface).queueStatus
        emit(event, .agent) { bytes in
            bytes.appendHeader("Queue", queue)
            bytes.appendHeader("MemberName", member.name)
            bytes.appendHeader("Interface", member.interface)
            member.appendState(status: status, to: &bytes)
            bytes.appendHeader("Ringinuse", 0)
            bytes.appendHeader("Wrapuptime", 0)
        }
    }
}

// MARK: - States

extension LiveExchange {
    var queueNames: [String] { queues.keys.sorted() }

    /// Every device that has a state, in the order in which the list has them.
    var allDevices: [String] {
        let ofQueues = queueNames.flatMap { name in
            ["Queue:\(name)", "Queue:\(name)_avail"]
                + (queues[name]?.members ?? []).map { "Queue:\(name)_pause_\($0.interface)" }
        }
        return ofQueues + agents.map { "PJSIP/\($0)" } + [Self.trunk] + parked.keys.sorted().map(Self.parkingDevice)
    }

    static let trunk = "PJSIP/trunk"

    static func parkingDevice(_ space: Int) -> String { "park:\(space)@parkedcalls" }

    func isRegistered(_ agent: String) -> Bool {
        guard let index = agents.firstIndex(of: agent) else { return false }
        return index < agents.count - options.unregistered
    }

    /// The state of a phone or of the trunk.
    func phoneState(of device: String) -> DeviceState {
        if device != Self.trunk, !isRegistered(String(device.dropFirst("PJSIP/".count))) { return .unavailable }
        var (isRinging, isUp, isHeld) = (false, false, true)
        for channel in (occupants[device] ?? []).compactMap({ channels[$0] }) {
            switch channel.face.state {
            case .down: break
            case .ringing: isRinging = true
            case .ring, .up:
                isUp = true
                if !channel.isOnHold { isHeld = false }
            }
        }
        if isUp, isHeld { return .onHold }
        if isUp { return isRinging ? .ringInUse : .inUse }
        return isRinging ? .ringing : .notInUse
    }

    func state(of device: String) -> String {
        guard !device.hasPrefix("PJSIP/") else { return phoneState(of: device).rawValue }
        if device.hasPrefix("park:") {
            let space = Array(device.dropFirst(5).prefix(3).utf8)[...].integer ?? 0
            return parked[space] == nil ? "NOT_INUSE" : "INUSE"
        }
        let parts = device.dropFirst("Queue:".count).split(separator: "_", maxSplits: 2)
        guard let queue = parts.first.flatMap({ queues[String($0)] }) else { return "INVALID" }
        switch parts.count {
        case 1: return queue.waiting.isEmpty ? "NOT_INUSE" : "RINGING"
        case 2: return queue.members.contains(where: isAvailable) ? "NOT_INUSE" : "INUSE"
        default:
            let member = queue.members.first { $0.interface == parts[2] }
            return member?.isPaused == true ? "INUSE" : "NOT_INUSE"
        }
    }

    /// The hint of a phone.
    func hint(of device: String) -> ExchangeHint? {
        let name = String(device.dropFirst("PJSIP/".count))
        guard device.hasPrefix("PJSIP/"), agents.contains(name) else { return nil }
        return ExchangeHint(exten: name, device: device, state: phoneState(of: device))
    }
}

/// The state of an extension.
struct ExchangeHint {
    let exten: String
    let device: String
    let state: DeviceState

    func append(to bytes: inout [UInt8]) {
        bytes.appendHeader("Exten", exten)
        bytes.appendHeader("Context", "from-internal")
        bytes.appendHeader("Hint", device)
        bytes.appendHeader("Status", state.hint.status)
        bytes.appendHeader("StatusText", state.hint.text)
    }
}
