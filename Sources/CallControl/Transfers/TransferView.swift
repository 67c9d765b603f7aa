import Basics
import LiveCalls

/// A transfer beside the live state: what has happened that it has not been told.
///
/// It looks at what is there now and not at single events, so that nothing is missed that happened between two looks.
struct TransferView: Sendable {
    let record: TransferRecord
    let signs: TransferSigns
    let contexts: CallActions.Contexts

    private var transfer: Transfer { record.transfer }

    private func id(_ party: TransferParty) -> Bytes { LiveModel.id(record.channel(of: party)) }

    private func channel(_ party: TransferParty, _ model: LiveModel) -> LiveChannel? { model.channel(id(party)) }

    /// The next thing that the transfer has to be told; `nil` when it knows all.
    func signal(_ model: LiveModel) -> TransferSignal? {
        if let left = left(model) { return left }
        switch transfer.state {
        case .redirecting, .ringing, .queued: return direct(model)
        case .returning: return answered(model)
        case .holding: return areApart(model) ? .held : nil
        case .consultingRinging: return ringing(model)
        case .completing: return bridged(.customer, .target, model)
        case .cancelling, .rollingBack: return bridged(.customer, .agent, model)
        case .validating, .consulting, .completed, .returned, .cancelled, .rolledBack, .abandoned, .failed: return nil
        }
    }

    // MARK: Who has left

    private func left(_ model: LiveModel) -> TransferSignal? {
        for party in TransferParty.allCases where !transfer.gone.contains(party) {
            guard let failure = failure(of: party, model) else { continue }
            let isRinging = party == .target && transfer.state == .consultingRinging && !transfer.isTargetUp
            return isRinging ? .targetFailed(failure) : .left(party, failure)
        }
        return nil
    }

    /// Why a party has left; `nil` while it is there, or has not come.
    private func failure(of party: TransferParty, _ model: LiveModel) -> TransferFailure? {
        let id = id(party)
        guard !id.isEmpty else { return nil }
        if let failure = signs.failure(of: id) { return failure }
        guard model.channel(id) == nil else {
            if party == .target { signs.noteSeen(id) }
            return nil
        }
        return party != .target || signs.isSeen(id) || transfer.isTargetUp ? .hungUp : nil
    }

    // MARK: Blind and queue

    private func direct(_ model: LiveModel) -> TransferSignal? {
        if let status = signs.returnStatus(of: record.id) { return .returning(dialStatus: status) }
        if let answered = answered(model) {
            // Without the UserEvent, too, it is a return when the agent has the customer again.
            return answered == .answered(isAgent: true) ? .returning(dialStatus: "") : answered
        }
        if transfer.plan.type == .queue, transfer.state == .redirecting,
            model.call(ofChannel: id(.customer))?.state == .queued
        {
            return .queued
        }
        guard transfer.state == .redirecting, !model.areTogether(id(.customer), id(.agent)) else { return nil }
        return .moved
    }

    /// Whether the customer talks with somebody who is no party of the transfer.
    private func answered(_ model: LiveModel) -> TransferSignal? {
        guard let other = model.partner(ofChannel: id(.customer)), other.state == .up,
            other.id[...] != id(.agent), other.id[...] != id(.target)
        else { return nil }
        return .answered(isAgent: other.extension[...].text == record.plan.from)
    }

    /// Whether the customer was connected with what it was transferred to, be it a person or not.
    func isAnswered(_ model: LiveModel) -> Bool {
        guard let customer = channel(.customer, model) else { return false }
        return customer.isBridged && !model.areTogether(id(.customer), id(.agent))
    }

    // MARK: Managed

    private func areApart(_ model: LiveModel) -> Bool {
        guard let customer = channel(.customer, model), let agent = channel(.agent, model) else { return false }
        return !customer.isBridged && !agent.isBridged
    }

    private func ringing(_ model: LiveModel) -> TransferSignal? {
        if transfer.isTargetUp { return bridged(.agent, .target, model) }
        guard let target = channel(.target, model), target.state == .up else { return nil }
        // Before it runs in the dialplan it cannot be bridged.
        let isThere = signs.isAnswered(target.id[...]) || target.context[...].text == contexts.hold || target.isBridged
        return isThere ? .targetAnswered : nil
    }

    private func bridged(_ one: TransferParty, _ other: TransferParty, _ model: LiveModel) -> TransferSignal? {
        model.areTogether(id(one), id(other)) ? .bridged(one, other) : nil
    }

    // MARK: All at once

    /// What the live state shows of the parties, to be asked for after the lists of the PBX were read.
    func situation(_ model: LiveModel) -> TransferSituation {
        var situation = TransferSituation([])
        for party in TransferParty.allCases where signs.failure(of: id(party)) == nil {
            guard let channel = channel(party, model) else { continue }
            if channel.state == .up { situation.present.insert(party) }
            if party == .target { situation.isTargetRinging = channel.state != .up }
        }
        for pair in [[TransferParty.customer, .agent], [.customer, .target], [.agent, .target]]
        where model.areTogether(id(pair[0]), id(pair[1])) {
            situation.bridged = Set(pair)
        }
        if let customer = channel(.customer, model) {
            situation.isReturning = customer.context[...].text == contexts.transfer
        }
        return situation
    }

    /// Whether the target's phone has begun to ring, or more.
    func hasTarget(_ model: LiveModel) -> Bool {
        channel(.target, model) != nil || signs.isSeen(id(.target)) || signs.failure(of: id(.target)) != nil
    }
}
