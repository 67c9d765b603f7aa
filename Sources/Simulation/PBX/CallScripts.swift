import Basics

/// The script of each kind of call.
extension CallBuilder {
    mutating func play(_ kind: CallKind) {
        switch kind {
        case .internalAnswered: internalCall()
        case .outbound: outboundCall()
        case .inbound: inboundCall()
        case .busy: failedCall(.busy)
        case .noAnswer: failedCall(.noAnswer)
        case .congestion: failedCall(.congestion)
        case .queue: queueCall()
        case .blindTransfer: blindTransfer()
        case .attendedTransfer: attendedTransfer()
        case .parked: parkedCall()
        case .localChannel: localChannelCall()
        case .voicemail: voicemailCall()
        case .conference: conferenceCall()
        case .userEvent: surveyCall()
        }
    }

    /// `count` different phones.
    mutating func phones(_ count: Int) -> [PBXParty] {
        let first = random.pick(0...39)
        return (0..<count).map { .phone(101 + (first + $0 * 7) % 40) }
    }

    private mutating func internalCall() {
        let people = phones(2)
        let caller = arrive(people[0], dialling: people[1].number, in: "from-internal")
        let callee = dial(people[1], for: caller)
        pass(seconds: 1...12)
        endDial(callee, for: caller, .answer)
        talk(caller, callee, seconds: 3...240, first: random.happens(onceIn: 2) ? caller : callee)
    }

    private mutating func outboundCall() {
        let outside = PBXParty.outside(using: &random)
        let dialled = outside.number.hasPrefix("+") ? "011" + outside.number.dropFirst() : outside.number
        let caller = arrive(phones(1)[0], dialling: dialled, in: "from-internal")
        let callee = dial(outside, for: caller)
        pass(seconds: 3...25)
        endDial(callee, for: caller, .answer)
        if random.happens(onceIn: 6) { changeRecord(of: caller) { $0.userField = "campaign-7" } }
        talk(caller, callee, seconds: 5...290, first: caller)
    }

    private mutating func inboundCall() {
        let phone = phones(1)[0]
        let caller = arrive(.outside(using: &random), dialling: "4165550\(phone.number)", in: "from-trunk")
        go(caller, to: phone.number, in: "from-did-direct")
        let callee = dial(phone, for: caller)
        pass(seconds: 2...18)
        endDial(callee, for: caller, .answer)
        talk(caller, callee, seconds: 5...290, first: caller)
    }

    private mutating func failedCall(_ outcome: DialOutcome) {
        let people = phones(2)
        let target = outcome == .congestion ? PBXParty.outside(using: &random) : people[1]
        let caller = arrive(people[0], dialling: target.number, in: "from-internal")
        let callee = dial(target, for: caller, rings: outcome == .noAnswer)
        pass(seconds: outcome == .noAnswer ? 15...30 : 0...2)
        endDial(callee, for: caller, outcome)
        let cause = outcome == .busy ? 17 : outcome == .congestion ? 34 : 19
        hangUp(caller, cause: cause, by: caller)
    }

    /// An outside caller chooses in a menu and waits in a queue, which calls agents until one answers.
    private mutating func queueCall() {
        let agents = phones(4)
        let caller = arrive(.outside(using: &random), dialling: "4165550100", in: "from-trunk")
        go(caller, to: "s", in: "ivr-1")
        answer(caller)
        run("BackGround", "custom/welcome", on: caller)
        pass(seconds: 2...15)
        go(caller, to: "400", in: "ext-queues")
        run("Queue", "400,t,,,300,,,,,", on: caller)
        emitQueue("QueueCallerJoin", caller, count: 1)
        let attempts = random.pick(0...3)
        for agent in agents.prefix(attempts) {
            let busy = random.happens(onceIn: 3)
            let channel = dial(agent, for: caller, rings: !busy)
            pass(seconds: busy ? 0...1 : 8...15)
            endDial(channel, for: caller, busy ? .busy : .noAnswer)
            pass(seconds: 1...5)
        }
        guard attempts < 3 else { return giveUp(caller) }
        let agent = dial(agents[3], for: caller)
        pass(seconds: 1...8)
        endDial(agent, for: caller, .answer)
        emitQueue("QueueCallerLeave", caller, count: 0)
        talk(caller, agent, seconds: 10...180, first: random.happens(onceIn: 2) ? caller : agent)
    }

    /// The caller hangs up while waiting; the time after the last attempt has a Cdr of its own.
    private mutating func giveUp(_ caller: Int) {
        openRecord(for: caller)
        changeRecord(of: caller) { $0.isSent = true }
        pass(seconds: 3...20)
        emitQueue("QueueCallerAbandon", caller, count: nil)
        emitQueue("QueueCallerLeave", caller, count: 0)
        hangUp(caller, by: caller)
    }

    private mutating func emitQueue(_ event: String, _ caller: Int, count: Int?) {
        let channel = channels[caller]
        emit(event, .agent) { bytes in
            channel.append(to: &bytes)
            bytes.appendHeader("Queue", "400")
            bytes.appendHeader("Position", 1)
            if let count {
                bytes.appendHeader("Count", count)
            } else {
                bytes.appendHeader("OriginalPosition", 1)
                bytes.appendHeader("HoldTime", 45)
            }
        }
    }

    /// A call through a Local channel: the caller's Cdr ends at `;1`, and `;2` has its own.
    private mutating func localChannelCall() {
        let people = phones(2)
        let caller = arrive(people[0], dialling: people[1].number, in: "from-internal")
        let stem = "Local/\(people[1].number)@followme-\(numbering.channelSuffix());"
        var inside = people[1]
        inside.endpoint = "Local/\(people[1].number)@followme"
        var inner = people[0]
        inner.endpoint = inside.endpoint
        let one = dial(inside, for: caller, named: stem + "1", rings: false)
        let two = newChannel(
            inner,
            named: stem + "2",
            state: .ring,
            exten: people[1].number,
            context: "followme",
            joining: caller
        )
        emitLocalBridge(one, two)
        let callee = dial(people[1], for: two)
        pass(seconds: 2...10)
        endDial(callee, for: two, .answer)
        endDial(one, for: caller, .answer)
        let far = bridge([callee, two])
        let near = bridge([one, caller])
        pass(seconds: 5...120)
        for (members, bridge) in [([one, caller], near), ([callee, two], far)] {
            for member in members { leave(member, bridge) }
        }
        for channel in [one, two, callee] { hangUp(channel, by: caller) }
        hangUp(caller, by: caller)
    }

    private mutating func emitLocalBridge(_ one: Int, _ two: Int) {
        let (first, second) = (channels[one], channels[two])
        emit("LocalBridge", .channel) { bytes in
            first.append(to: &bytes, prefix: "LocalOne")
            second.append(to: &bytes, prefix: "LocalTwo")
            bytes.appendHeader("Context", second.context)
            bytes.appendHeader("Exten", second.exten)
            bytes.appendHeader("LocalOptimization", "No")
        }
    }
}
