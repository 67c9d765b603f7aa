import AMI
import Basics
import HTTP
import LiveCalls

/// Hang up, park, digits and mute.
extension CommandService {
    // MARK: Hang up

    /// What is hung up, and whether the call is to end by it.
    private static func parties(of target: CommandTarget, _ account: Account) -> (channels: [LiveChannel], all: Bool) {
        guard let own = target.own else { return (target.channels, true) }
        // Who leaves a conference, or does not take a call that rings elsewhere too, ends it for nobody else.
        let isOneOfMany =
            target.isConference || target.channels.count > 2 && (own.state != .up || target.conversation == nil)
        if isOneOfMany, account.role < .admin { return ([own], false) }
        return (target.channels, true)
    }

    /// Hangs up a call, or what the caller has of it; one that has ended already is left alone.
    func hangUp(
        _ target: CommandTarget,
        _ account: Account,
        cause: Int,
        _ run: CommandRun
    ) async throws(RequestFailure) {
        guard target.call.endedAt == nil else { return }
        let (channels, isAll) = Self.parties(of: target, account)
        guard let last = channels.last else { throw target.wrongState }
        var actions: [AMIAction] = []
        for channel in channels {
            actions.append(try made { () throws(AMIError) in try CallActions.hangUp(channel.address, cause: cause) })
        }
        guard let action = actions.popLast() else { return }
        for other in actions {
            // When the first one hangs up, the PBX does the same with the others.
            do throws(RequestFailure) { try await run.send([other]) } catch {
                guard error.code == CallsFailure.refusedByPBX.rawValue else { throw error }
            }
        }
        let id = target.call.id
        _ = try await run.send(action, bearing: { $0.hasPrefix("No such channel") }) { model -> Bool? in
            if isAll { return model.call(id[...]).map { $0.endedAt != nil } ?? true ? true : nil }
            return model.channel(last.id[...]) == nil ? true : nil
        }
    }

    // MARK: Park, digits, mute

    func park(_ target: CommandTarget, _ run: CommandRun) async throws(RequestFailure) {
        let pair = try target.talking()
        let id = target.call.id
        let action = try made { () throws(AMIError) in
            try CallActions.park(pair.far.address, returningTo: pair.own.address)
        }
        let isParked = try await run.send(action) { model -> Bool? in
            guard let call = model.call(id[...]), call.endedAt == nil else { return false }
            return call.state == .parked ? true : nil
        }
        if !isParked { throw CallsFailure.wrongState.because("Call is ended") }
    }

    /// The most digits of a request.
    static let mostDigits = 32

    func press(_ digits: String, _ target: CommandTarget, _ run: CommandRun) async throws(RequestFailure) {
        guard !target.isConference else { throw CallsFailure.notSupported.because("Call is a conference") }
        guard let own = target.own, own.isBridged, target.call.state == .up else { throw target.wrongState }
        guard 1...Self.mostDigits ~= digits.utf8.count else {
            throw RequestFields.failure("digits: use 1 to \(Self.mostDigits) of 0-9 A-D * #")
        }
        var actions: [AMIAction] = []
        for digit in digits {
            let action: AMIAction?
            do throws(AMIError) { action = try CallActions.digit(digit, on: own.address) } catch { action = nil }
            guard let action else { throw RequestFields.failure("digits: use 1 to \(Self.mostDigits) of 0-9 A-D * #") }
            actions.append(action)
        }
        try await run.send(actions)
    }

    /// Mutes the agent, or lets it be heard again; no event tells it, so the answer of the PBX counts.
    func mute(
        _ direction: CallActions.MuteDirection,
        isOn: Bool,
        _ target: CommandTarget,
        _ run: CommandRun
    ) async throws(RequestFailure) {
        guard let own = target.own, own.state == .up, target.call.state != .held else { throw target.wrongState }
        let action = try made { () throws(AMIError) in try CallActions.mute(own.address, direction, isOn: isOn) }
        try await run.send([action])
        live.change { model, now in
            let changes = model.setMuted(
                channel: own.id[...],
                isIn: direction == .out ? nil : isOn,
                isOut: direction == .in ? nil : isOn,
                at: now
            )
            return ((), changes)
        }
    }
}
