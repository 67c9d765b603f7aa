import Basics

/// Managed transfers: the customer waits, agent and target talk, then the customer is bridged with the target.
extension Transfer {
    mutating func handleManaged(_ signal: TransferSignal, _ now: Timestamp) -> [TransferCommand] {
        switch signal {
        case .seen(let situation, let isRestart): return resume(situation, isRestart: isRestart, now)
        case .refused(let text): return refused(text, now)
        case .unanswered, .deadline: return overdue(now)
        case .left(let party, let failure): return left(party, failure, now)
        default: break
        }
        switch (state, signal) {
        case (.validating, .valid):
            enter(.holding, now)
            return [.hold]
        case (.validating, .invalid(let text)):
            fail("target_invalid", now, text: text)
        case (.holding, .held):
            enter(.consultingRinging, now)
            return [.ringTarget]
        case (.consultingRinging, .targetAnswered):
            isTargetUp = true
            return gone.contains(.agent) ? complete(now) : [.bridge(.agent, .target)]
        case (.consultingRinging, .targetFailed(let failure)): return targetLost(failure.rawValue, now)
        case (.consultingRinging, .bridged(let one, let other)) where Set([one, other]) == [.agent, .target]:
            enter(.consulting, now)
        case (.consulting, .complete): return complete(now)
        case (.consultingRinging, .cancel), (.consulting, .cancel):
            result = Result(code: "cancelled")
            rollback.tried = true
            let hangUps: [TransferCommand] = gone.contains(.target) ? [] : [.hangUp(.target)]
            guard !gone.contains(.agent) else { return hangUps + sendBack(now) }
            enter(.cancelling, now)
            return [.bridge(.agent, .customer)] + hangUps
        case (.returning, .answered):
            rollback.done = true
            enter(.returned, now, why: result?.code ?? "")
        case (_, .bridged(let one, let other)): return bridged([one, other], now)
        default: break
        }
        return []
    }

    private mutating func complete(_ now: Timestamp) -> [TransferCommand] {
        enter(.completing, now)
        return [.bridge(.customer, .target)]
    }

    private mutating func bridged(_ parties: Set<TransferParty>, _ now: Timestamp) -> [TransferCommand] {
        switch state {
        case .completing where parties == [.customer, .target]:
            enter(.completed, now)
            return gone.contains(.agent) ? [] : [.hangUp(.agent)]
        case .cancelling where parties == [.customer, .agent], .rollingBack where parties == [.customer, .agent]:
            rollback.done = true
            enter(state == .cancelling ? .cancelled : .rolledBack, now, why: result?.code ?? "")
        default: break
        }
        return []
    }

    /// The target is not reached or gone: customer and agent talk again.
    private mutating func targetLost(_ code: String, _ now: Timestamp) -> [TransferCommand] {
        gone.insert(.target)
        if result == nil { result = Result(code: code) }
        rollback.tried = true
        guard !gone.contains(.agent) else { return sendBack(now) }
        enter(.rollingBack, now, why: code)
        return [.bridge(.agent, .customer)]
    }

    private mutating func left(
        _ party: TransferParty,
        _ failure: TransferFailure,
        _ now: Timestamp
    ) -> [TransferCommand] {
        switch (party, state) {
        case (.customer, .consulting):
            // Agent and target go on talking.
            fail("customer_left", now)
            return []
        case (.customer, .completing) where !gone.contains(.agent) && !gone.contains(.target):
            // They were separated for the customer, or are about to be.
            fail("customer_left", now)
            return [.bridge(.agent, .target)]
        case (.customer, .returning):
            result = Result(code: failure == .hungUp ? "customer_left" : "return_unanswered")
            fail("customer_left", now)
            return []
        case (.customer, _):
            fail("customer_left", now)
            return hangUpAll(but: .customer)
        case (.agent, .validating):
            fail("agent_left", now)
            return []
        case (.agent, .holding): return agentLost(now)
        // The target's phone rings on: who answers gets the customer.
        case (.agent, .consultingRinging) where isTargetUp: return complete(now)
        case (.agent, .consultingRinging): return []
        case (.agent, .consulting): return complete(now)
        case (.agent, .cancelling), (.agent, .rollingBack): return agentLost(now)
        case (.target, .consultingRinging), (.target, .consulting), (.target, .completing):
            return targetLost(failure == .hungUp ? "target_left" : failure.rawValue, now)
        default: return []
        }
    }

    private mutating func agentLost(_ now: Timestamp) -> [TransferCommand] {
        if result == nil { result = Result(code: "agent_left") }
        return sendBack(now)
    }

    private func hangUpAll(but party: TransferParty) -> [TransferCommand] {
        var parties = [TransferParty.agent]
        if hasTarget { parties.append(.target) }
        return parties.filter { $0 != party && !gone.contains($0) }.map { .hangUp($0) }
    }

    /// Whether a channel of the target may be there.
    private var hasTarget: Bool {
        history.contains { $0.state == .consultingRinging } && !gone.contains(.target)
    }

    private mutating func refused(_ text: String, _ now: Timestamp) -> [TransferCommand] {
        switch state {
        // Nothing has been moved.
        case .validating, .holding:
            fail("refused", now, text: text)
            return []
        case .consultingRinging where !isTargetUp: return targetLost("refused", now)
        default: return overdue(now)
        }
    }

    /// An event did not come: the PBX is asked what is there.
    private mutating func overdue(_ now: Timestamp) -> [TransferCommand] {
        if state == .validating {
            fail("no_answer_from_pbx", now)
            return []
        }
        if let commands = look() { return commands }
        return giveUp(now)
    }

    /// The truth did not help: the customer rings the agent's extension, which needs no other party.
    private mutating func giveUp(_ now: Timestamp) -> [TransferCommand] {
        guard state != .returning, !gone.contains(.customer) else {
            result = Result(code: "unknown")
            fail("unknown", now)
            return []
        }
        if result == nil { result = Result(code: "unknown") }
        // A phone that is still held would be busy.
        return hangUpAll(but: .customer) + sendBack(now)
    }

    /// Goes on with what the PBX lists.
    private mutating func resume(
        _ situation: TransferSituation,
        isRestart: Bool,
        _ now: Timestamp
    ) -> [TransferCommand] {
        if !situation.present.contains(.target), !situation.isTargetRinging { gone.insert(.target) }
        guard !gone.contains(.customer) else {
            let commands = situation.bridged == [.agent, .target] ? [] : hangUpAll(but: .customer)
            fail("customer_left", now)
            return commands
        }
        let (agent, target) = (!gone.contains(.agent), !gone.contains(.target))
        switch state {
        case .validating:
            fail("unknown", now)
            return []
        case .holding:
            // Before the Redirect the target has no channel, whatever the list says.
            gone.remove(.target)
            if situation.bridged == [.customer, .agent] {
                fail("refused", now, text: "the call was not moved")
                return []
            }
            guard agent else { return agentLost(now) }
            guard isRestart else {
                enter(.consultingRinging, now)
                return [.ringTarget]
            }
            return rollBack("unknown", now)
        case .consultingRinging, .consulting:
            if situation.bridged == [.agent, .target] {
                if state != .consulting { enter(.consulting, now) }
                return []
            }
            if situation.isTargetRinging { return [] }
            guard target else { return targetLost("target_left", now) }
            return agent ? [.bridge(.agent, .target)] : complete(now)
        case .completing:
            if situation.bridged == [.customer, .target] { return bridged([.customer, .target], now) }
            guard target else { return targetLost("target_left", now) }
            return [.bridge(.customer, .target)]
        case .cancelling, .rollingBack:
            if situation.bridged == [.customer, .agent] { return bridged([.customer, .agent], now) }
            return agent ? [.bridge(.agent, .customer)] : agentLost(now)
        case .returning: return situation.isReturning ? [] : [.sendBack]
        default: return []
        }
    }

    private mutating func rollBack(_ code: String, _ now: Timestamp) -> [TransferCommand] {
        if result == nil { result = Result(code: code) }
        rollback.tried = true
        enter(.rollingBack, now, why: code)
        return [.bridge(.agent, .customer)]
    }
}
