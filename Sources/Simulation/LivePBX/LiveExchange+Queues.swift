import Basics

/// Queues of a live exchange: callers wait, agents are called, conversations are counted.
extension LiveExchange {
    /// How long the phone of a member rings.
    private static let memberSeconds = 15

    mutating func join(_ serial: Int, queue name: String) {
        guard let position = queues[name].map({ $0.waiting.count + 1 }) else {
            return comeBack(serial, "UNKNOWN", cause: 0)
        }
        setState(.up, of: serial)
        run("Queue", "\(name),,,,30", on: serial)
        queues[name]?.waiting.append(serial)
        channels[serial]?.visit = QueueVisit(queue: name, joined: now, originalPosition: position)
        channels[serial]?.begin(.queued)
        touch("Queue:\(name)")
        needsService = true
        emit("QueueCallerJoin", on: serial, .agent) { bytes in
            bytes.appendHeader("Queue", name)
            bytes.appendHeader("Position", position)
            bytes.appendHeader("Count", position)
        }
        guard channels[serial]?.leavesAt == nil else { return }
        planLeave(serial, seconds: random.pick(options.patienceSeconds))
    }

    func isAvailable(_ member: ExchangeMember) -> Bool {
        !member.isPaused && phoneState(of: member.interface) == .notInUse
            && (occupants[member.interface] ?? []).isEmpty
    }

    /// Calls a free agent for each waiting caller for whom none is called yet.
    mutating func serve(_ name: String) {
        for serial in queues[name]?.waiting ?? [] where channels[serial]?.visit?.agent == nil {
            guard let queue = queues[name] else { return }
            let turns = queue.members.indices.map { (queue.next + $0) % queue.members.count }
            guard let index = turns.first(where: { isAvailable(queue.members[$0]) }) else { return }
            queues[name]?.next = (index + 1) % queue.members.count
            call(queue.members[index], for: serial)
        }
    }

    private mutating func call(_ member: ExchangeMember, for caller: Int) {
        guard let target = party(String(member.interface.dropFirst("PJSIP/".count))) else { return }
        let serial = newDialled(target, for: caller, application: "AppQueue")
        channels[caller]?.visit?.agent = serial
        channels[caller]?.visit?.interface = member.interface
        channels[caller]?.visit?.rangAt = now
        guard let from = channels[caller]?.face else { return }
        channels[serial]?.face.exten = from.exten
        channels[serial]?.face.connectedNumber = from.party.number
        channels[serial]?.face.connectedName = from.party.name
        emitAgent("AgentCalled", caller, serial) { _ in }
        emit("DialBegin", from: caller, to: serial) { $0.appendHeader("DialString", target.endpoint) }
        connect(caller, to: serial)
        ring(serial, for: caller)
        if channels[serial]?.face.state == .ringing { emit("NewConnectedLine", on: serial) }
        expect(serial, seconds: Self.memberSeconds)
    }

    /// An event about a caller, an agent's channel and the queue's member.
    private mutating func emitAgent(_ event: String, _ caller: Int, _ agent: Int, _ more: (inout [UInt8]) -> Void) {
        guard let visit = channels[caller]?.visit else { return }
        let member = queues[visit.queue]?.members.first { $0.interface == visit.interface }
        let extra = String(visit.interface.dropFirst("PJSIP/".count))
        emit(event, from: caller, to: agent, .agent) { bytes in
            bytes.appendHeader("Queue", visit.queue)
            bytes.appendHeader("Interface", visit.interface)
            bytes.appendHeader("MemberName", member?.name ?? Self.name(of: extra))
            more(&bytes)
        }
    }

    /// An agent has answered.
    mutating func connectAgent(_ serial: Int, to caller: Int) {
        guard let visit = channels[caller]?.visit else { return }
        emitDialEnd(serial, for: caller, "ANSWER")
        leaveLine(caller)
        channels[caller]?.visit?.connected = now
        channels[caller]?.leavesAt = nil
        channels[serial]?.serves = caller
        change(visit.interface, of: visit.queue) { $0.isInCall = true }
        let ringSeconds = visit.rangAt.map { seconds(since: $0) } ?? 0
        let waited = seconds(since: visit.joined)
        emitAgent("AgentConnect", caller, serial) { bytes in
            bytes.appendHeader("HoldTime", waited)
            bytes.appendHeader("RingTime", ringSeconds)
        }
        bridge([serial, caller])
    }

    /// An agent has not answered; another one may.
    mutating func missAgent(_ serial: Int, _ caller: Int) {
        let rang = channels[caller]?.visit?.rangAt.map { seconds(since: $0) } ?? 0
        emitAgent("AgentRingNoAnswer", caller, serial) { $0.appendHeader("RingTime", rang * 1000) }
        channels[caller]?.visit?.agent = nil
        needsService = true
    }

    /// A caller goes before an agent has answered.
    mutating func abandon(_ caller: Int) {
        guard let visit = channels[caller]?.visit else { return }
        if let agent = visit.agent { cancel(agent, for: caller, cause: 0) }
        let position = (queues[visit.queue]?.waiting.firstIndex(of: caller) ?? 0) + 1
        let waited = seconds(since: visit.joined)
        queues[visit.queue]?.abandoned += 1
        emit("QueueCallerAbandon", on: caller, .agent) { bytes in
            bytes.appendHeader("Queue", visit.queue)
            bytes.appendHeader("Position", position)
            bytes.appendHeader("OriginalPosition", visit.originalPosition)
            bytes.appendHeader("HoldTime", waited)
        }
        leaveLine(caller)
        channels[caller]?.visit = nil
    }

    private mutating func leaveLine(_ caller: Int) {
        guard let name = channels[caller]?.visit?.queue, let place = queues[name]?.waiting.firstIndex(of: caller) else {
            return
        }
        queues[name]?.waiting.remove(at: place)
        touch("Queue:\(name)")
        let count = queues[name]?.waiting.count ?? 0
        emit("QueueCallerLeave", on: caller, .agent) { bytes in
            bytes.appendHeader("Queue", name)
            bytes.appendHeader("Position", place + 1)
            bytes.appendHeader("Count", count)
        }
    }

    /// Ends the conversation of a queue, if this channel is one side of one.
    mutating func completeVisit(of serial: Int, reason: String? = nil) {
        let caller = channels[serial]?.serves ?? serial
        guard let visit = channels[caller]?.visit, let connected = visit.connected else { return }
        let talked = seconds(since: connected)
        let waited = Int((connected.microseconds - visit.joined.microseconds) / 1_000_000)
        let time = now.seconds
        change(visit.interface, of: visit.queue) { member in
            member.isInCall = false
            member.callsTaken += 1
            member.lastCall = time
        }
        if !visit.isLost, let agent = visit.agent {
            queues[visit.queue]?.completed += 1
            queues[visit.queue]?.holdSeconds += waited
            queues[visit.queue]?.talkSeconds += talked
            if waited <= ExchangeQueue.serviceLevel { queues[visit.queue]?.answeredInTime += 1 }
            emitAgent("AgentComplete", caller, agent) { bytes in
                bytes.appendHeader("HoldTime", waited)
                bytes.appendHeader("TalkTime", talked)
                bytes.appendHeader("Reason", reason ?? (serial == caller ? "caller" : "agent"))
            }
        }
        if let agent = visit.agent { channels[agent]?.serves = nil }
        channels[caller]?.visit = nil
    }

    /// Somebody takes one side out of a conversation of a queue: Asterisk never completes it.
    mutating func loseVisit(of serial: Int) {
        let caller = channels[serial]?.serves ?? serial
        guard let visit = channels[caller]?.visit, visit.connected != nil else { return }
        channels[caller]?.visit?.isLost = true
        change(visit.interface, of: visit.queue) { $0.isInCall = false }
    }

    /// Changes a member; tells it with the state of its phone.
    private mutating func change(_ interface: String, of queue: String, _ body: (inout ExchangeMember) -> Void) {
        guard let index = queues[queue]?.index(of: interface), var member = queues[queue]?.members[index] else {
            return
        }
        body(&member)
        queues[queue]?.members[index] = member
        touch(interface)
    }

    func seconds(since time: Timestamp) -> Int { Int((now.microseconds - time.microseconds) / 1_000_000) }
}
