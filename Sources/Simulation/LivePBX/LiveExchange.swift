package import Basics

/// A PBX with state: phones, calls, bridges and queues, which change by themselves and by the actions of AMI clients.
///
/// A value without I/O or clock: the caller says what time it is, and the same seed, times and actions give the same
/// bytes. Events and answers have the headers of Asterisk 22, in its order.
///
///     var exchange = LiveExchange(options, seed: 1, at: .now())
///     let events = exchange.advance(to: .now())
///     let answer = exchange.answer(action, write: user.write, at: .now())
///     let more = exchange.takeEvents()
///
/// People answer after some seconds, are busy now and then, and hang up in the end; a person at the end of each
/// conversation has a plan to leave, so that no call stays for ever. What Asterisk does in its own threads happens here
/// in one step: after each call of `advance` or `answer` the events have told everything that a list would show, but
/// for the place in the dialplan of a channel that only waits.
package struct LiveExchange: Sendable {
    let options: ExchangeOptions
    let dialect: PBXDialect
    var random: SplitMix64
    var numbering = PBXNumbering()
    var localPairs = 0
    /// The time of the present event; each event takes some microseconds.
    var now: Timestamp
    var frames = FrameSequence()
    var agenda = ExchangeAgenda()
    var faults: [ActionFault]

    var channels: [Int: ExchangeChannel] = [:]
    var nextSerial = 0
    var bridges: [Int: PBXBridge] = [:]
    var nextBridge = 0
    /// The bridge of parked calls, which stays after its first use.
    var parkingBridge: Int?
    var parked: [Int: ExchangeParking] = [:]
    var queues: [String: ExchangeQueue] = [:]
    let agents: [String]

    /// The channels of each device.
    var occupants: [String: [Int]] = [:]
    /// The states that were told.
    var devices: [String: String] = [:]
    var toldMembers: [String: ExchangeMember] = [:]
    /// Devices whose state may have changed.
    var touched: [String] = []
    /// Whether a waiting caller may have found an agent.
    var needsService = false
    /// Whether calls begin by themselves.
    var hasTraffic: Bool

    package init(_ options: ExchangeOptions, dialect: PBXDialect = PBXDialect(), seed: UInt64, at time: Timestamp) {
        self.options = options
        self.dialect = dialect
        random = SplitMix64(seed: seed)
        now = time
        faults = options.faults
        agents = (0..<max(options.agents, 0)).map { "\(1001 + $0)" }
        hasTraffic = options.callsPerMinute > 0
        boot()
    }

    /// When something happens next by itself.
    package var nextDue: Timestamp? { agenda.next }

    /// How many channels there are.
    package var channelCount: Int { channels.count }

    /// Lets time pass; returns the events of it.
    package mutating func advance(to time: Timestamp) -> FrameSequence {
        while let entry = agenda.due(at: time) {
            now = max(now, entry.time)
            perform(entry)
            settle()
        }
        now = max(now, time)
        return takeEvents()
    }

    /// The events since they were last taken.
    package mutating func takeEvents() -> FrameSequence {
        defer { frames = FrameSequence() }
        return frames
    }

    /// No more calls begin by themselves.
    package mutating func endTraffic() { hasTraffic = false }

    /// Starts again as after a crash: no call is left, counters begin at 0, and no event tells of it.
    package mutating func restart(at time: Timestamp) {
        now = max(now, time)
        (numbering, localPairs) = (PBXNumbering(), 0)
        frames = FrameSequence()
        agenda.removeAll()
        (channels, bridges, parkingBridge, parked) = ([:], [:], nil, [:])
        (occupants, devices, toldMembers, touched) = ([:], [:], [:], [])
        hasTraffic = options.callsPerMinute > 0
        boot()
    }

    /// The next time that the action is asked for, this goes wrong.
    package mutating func inject(_ fault: ActionFault) { faults.append(fault) }

    private mutating func boot() {
        queues = [:]
        for number in 0..<max(options.queues, 0) {
            var queue = ExchangeQueue(name: "q\(600 + number)")
            for (index, agent) in agents.enumerated() where index % options.queues == number {
                let member = ExchangeMember(
                    interface: "PJSIP/\(agent)",
                    name: Self.name(of: agent),
                    isDynamic: false,
                    loginTime: now.seconds
                )
                queue.members.append(member)
                toldMembers[queue.name + member.interface] = member
            }
            queues[queue.name] = queue
        }
        for device in allDevices { devices[device] = state(of: device) }
        if hasTraffic { planCall() }
    }

    /// The caller ID name of a phone.
    static func name(of agent: String) -> String { "Agent \(agent)" }

    private mutating func perform(_ entry: ExchangeAgenda.Entry) {
        if entry.step == .call { return makeCall() }
        guard let channel = channels[entry.serial] else { return }
        if entry.step == .leave {
            if channel.leavesAt == entry.time { leave(entry.serial) }
            return
        }
        guard channel.turn == entry.turn else { return }
        switch entry.step {
        case .answer: answer(entry.serial)
        case .refuse: refuse(entry.serial)
        case .ringOut: ringOut(entry.serial)
        case .endWait: hangUp(entry.serial, by: .dialplan)
        case .endParking: endParking(entry.serial)
        case .hold: hold(entry.serial, true)
        case .resume: hold(entry.serial, false)
        case .call, .leave: break
        }
    }

    /// Plans a step for the channel's present activity.
    mutating func plan(_ step: ExchangeAgenda.Step, for serial: Int, milliseconds: Int) {
        let time = now.adding(.milliseconds(milliseconds))
        agenda.plan(ExchangeAgenda.Entry(time: time, step: step, serial: serial, turn: channels[serial]?.turn ?? 0))
    }

    /// Lets the person at the end of a channel hang up later.
    mutating func planLeave(_ serial: Int, seconds: Int) {
        let time = now.adding(.milliseconds(seconds * 1000 + random.pick(0...999)))
        channels[serial]?.leavesAt = time
        agenda.plan(ExchangeAgenda.Entry(time: time, step: .leave, serial: serial, turn: 0))
    }
}
