import AMI
import Basics
import HTTP
import LiveCalls

/// Hold, unhold and answer.
extension CommandService {
    /// What a command about two channels has come to.
    private enum Pair: Sendable { case done, gone }

    func hold(_ target: CommandTarget, _ run: CommandRun) async throws(RequestFailure) {
        let pair = try target.talking()
        switch configuration.holdMethod {
        case .off: throw CallsFailure.notSupported.because("Hold is off")
        case .redirect: try await redirectToHold(pair, of: target, run)
        case .notify: try await hold(pair.own, of: target, run)
        }
    }

    private func redirectToHold(
        _ pair: CommandTarget.Conversation,
        of target: CommandTarget,
        _ run: CommandRun
    ) async throws(RequestFailure) {
        let (own, far) = (pair.own, pair.far)
        let action = try made { () throws(AMIError) in
            try CallActions.hold(far.address, by: own.address, configuration.contexts)
        }
        do throws(RequestFailure) {
            let result = try await run.send(action) { model -> Pair? in
                guard let one = model.channel(own.id[...]), let other = model.channel(far.id[...]) else { return .gone }
                return one.isBridged || other.isBridged ? nil : .done
            }
            if result == .gone { throw CallsFailure.wrongState.because("Call is ended") }
        } catch {
            await joinAgain(own, far)
            throw error
        }
    }

    /// Joins two channels again of which only one has left their bridge.
    private func joinAgain(_ own: LiveChannel, _ far: LiveChannel) async {
        let isTorn = live.read { model in
            guard let one = model.channel(own.id[...]), let other = model.channel(far.id[...]) else { return false }
            return one.isBridged != other.isBridged
        }
        guard isTorn, let action = try? CallActions.bridge(own.address, far.address) else { return }
        let reply = await commands.send(action)
        log.warning("half of a hold undone", [.init(own: "result", reply.result.rawValue)])
    }

    private func hold(
        _ own: LiveChannel,
        of target: CommandTarget,
        _ run: CommandRun
    ) async throws(RequestFailure) {
        let id = target.call.id
        note(id) { $0.isHeldByNotify = true }
        do throws(RequestFailure) {
            try await ask(own, .hold, run) { model in
                model.call(id[...]).flatMap { $0.hold != nil && $0.endedAt == nil ? true : nil }
            }
        } catch {
            note(id) { $0.isHeldByNotify = false }
            throw error
        }
    }

    func unhold(_ target: CommandTarget, _ run: CommandRun) async throws(RequestFailure) {
        guard let hold = target.call.hold, target.call.state == .held else { throw target.wrongState }
        let id = target.call.id
        switch hold.method {
        case .phone: throw CallsFailure.notSupported.because("Call is held at the phone")
        case .notify:
            guard let own = target.own else { throw target.wrongState }
            try await ask(own, .talk, run) { model in
                model.call(id[...]).flatMap { $0.hold == nil && $0.endedAt == nil ? true : nil }
            }
            note(id) { $0.isHeldByNotify = false }
        case .redirect:
            guard let pair = target.heldPair else { throw target.wrongState }
            let (own, far) = (pair.own, pair.far)
            let action = try made { () throws(AMIError) in try CallActions.bridge(own.address, far.address) }
            let result = try await run.send(action) { model -> Pair? in
                guard let one = model.channel(own.id[...]), let other = model.channel(far.id[...]) else { return .gone }
                return one.isBridged && other.isBridged ? .done : nil
            }
            if result == .gone { throw CallsFailure.wrongState.because("Call is ended") }
        }
    }

    /// Has the phone of the agent take a call that rings.
    func answer(_ target: CommandTarget, _ run: CommandRun) async throws(RequestFailure) {
        guard
            let own = target.channels.first(where: { channel in
                channel.extension[...].text == target.extension && channel.state == .ringing
            })
        else { throw target.wrongState }
        try await ask(own, .talk, run) { model in model.channel(own.id[...]).flatMap { $0.state == .up ? true : nil } }
    }

    /// Asks a phone for something; a phone that does not know it does nothing.
    private func ask(
        _ channel: LiveChannel,
        _ event: CallActions.PhoneEvent,
        _ run: CommandRun,
        until goal: @escaping @Sendable (LiveModel) -> Bool?
    ) async throws(RequestFailure) {
        let action = try made { () throws(AMIError) in try CallActions.notify(channel.address, event) }
        do throws(RequestFailure) {
            _ = try await run.send(action, within: configuration.phoneTime, until: goal)
        } catch {
            guard error == CommandRun.timeout else { throw error }
            throw CallsFailure.refusedByPBX.because("The phone did not obey")
        }
    }

    /// Changes what is kept for a call.
    func note(_ call: [UInt8], _ change: @escaping @Sendable (inout LiveCall.Notes) -> Void) {
        live.change { model, now in ((), model.note(call: call[...], at: now, change)) }
    }

    /// An action; one that AMI cannot carry is refused.
    func made(_ body: () throws(AMIError) -> AMIAction) throws(RequestFailure) -> AMIAction {
        do throws(AMIError) { return try body() } catch { throw RequestFields.failure("\(error)") }
    }
}
