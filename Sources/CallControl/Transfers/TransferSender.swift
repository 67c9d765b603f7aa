import AMI
import Basics
import Daemon
import LiveCalls

/// Sends the commands of one step of a transfer.
struct TransferSender: Sendable {
    private let record: TransferRecord
    private let tools: TransferTools

    init(_ record: TransferRecord, _ tools: TransferTools) {
        self.record = record
        self.tools = tools
    }

    /// Sends commands in order, until one is refused.
    ///
    /// - Parameter isCurrent: whether the transfer still waits for this step.
    /// - Returns: what the transfer has to be told of it; `nil` when the live state tells it.
    func carryOut(
        _ commands: [TransferCommand],
        while isCurrent: @Sendable () -> Bool
    ) async -> TransferSignal? {
        let token = await takeLock()
        defer { if let token { tools.service.locks.release(token) } }
        var outcome: TransferSignal?
        for command in commands {
            switch command {
            case .look:
                outcome = await look(isRestart: false)
            case .hangUp(let party):
                // Whoever is left is let go, whatever became of the commands before.
                if let address = address(party), let action = try? CallActions.hangUp(address) {
                    _ = await tools.commands.send(action)
                }
            default:
                guard outcome == nil, isCurrent() else { continue }
                outcome = await send(command)
            }
        }
        return outcome
    }

    /// Takes the lock of the call, but does not wait for ever: somebody may be waiting in silence.
    private func takeLock() async -> CommandLocks.Token? {
        let call = Array(record.plan.callID.utf8)
        for _ in 0..<25 {
            if let token = tools.service.locks.take(call) { return token }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return nil
    }

    private func send(_ command: TransferCommand) async -> TransferSignal? {
        let actions: [AMIAction]
        do throws(AMIError) {
            guard let made = try self.actions(command) else { return .refused("No such channel") }
            actions = made
        } catch {
            return .refused("\(error)")
        }
        if command == .ringTarget { announceConsultation() }
        for action in actions {
            switch await tools.commands.send(action) {
            case .answered: break
            case .refused(let text):
                if command == .ringTarget { endConsultation(text) }
                return .refused(String(text.prefix(200)).trimmingBlanks)
            case .denied: return .refused("Permission denied")
            case .unknown, .down, .busy: return .unanswered
            }
        }
        return nil
    }

    /// The channel of a party as it is called now; `nil` when it is not there.
    private func address(_ party: TransferParty) -> ChannelAddress? {
        let id = record.channel(of: party)
        guard !id.isEmpty else { return nil }
        return tools.live.read { model in model.channel(LiveModel.id(id))?.address }
    }

    /// The actions of a command; `nil` when a channel is not there.
    private func actions(_ command: TransferCommand) throws(AMIError) -> [AMIAction]? {
        let plan = record.plan
        let contexts = tools.contexts
        switch command {
        case .blindTransfer, .queueTransfer:
            guard let customer = address(.customer), let agent = address(.agent), let target = Dialable(plan.target)
            else { return nil }
            let context = command == .queueTransfer ? contexts.queue : plan.returns ? contexts.transfer : plan.context
            return try CallActions.prepare(customer, for: plan) + [
                try CallActions.blindTransfer(from: agent, to: target, in: context)
            ]
        case .hold:
            guard let customer = address(.customer), let agent = address(.agent) else { return nil }
            return [try CallActions.hold(customer, by: agent, contexts)]
        case .ringTarget:
            let device =
                tools.isExtension(plan.target)
                ? tools.device(plan.target) : "Local/\(plan.target)@\(plan.context)/n"
            return [
                try CallActions.ringTarget(
                    device,
                    channelID: record.target,
                    plan: plan,
                    callerID: ShownText(plan.from),
                    contexts
                )
            ]
        case .bridge(let one, let other):
            guard let first = address(one), let second = address(other) else { return nil }
            return [try CallActions.bridge(first, second)]
        case .sendBack:
            guard let customer = address(.customer), let back = Dialable(plan.from) else { return nil }
            return try CallActions.prepare(customer, for: plan) + [
                try CallActions.redirect(customer, to: back, in: contexts.transfer)
            ]
        case .validate, .hangUp, .look: return []
        }
    }

    // MARK: The call of the consultation

    /// The target's call is known before its channel comes, and is not joined with the customer's by a bridge.
    private func announceConsultation() {
        let (plan, id) = (record.plan, record.target)
        var notes = LiveCall.Notes()
        notes.transferID = Array(plan.id.utf8)
        notes.isTransferring = true
        let isExtension = tools.isExtension(plan.target)
        tools.live.change { [notes] model, now in
            let (call, changes) = model.request(
                channelID: Array(id.utf8),
                extension: isExtension ? Array(plan.target.utf8) : [],
                number: Array(plan.from.utf8),
                notes: notes,
                at: now
            )
            guard let call else { return ((), changes) }
            return ((), changes + model.setConsult(call: call[...], for: LiveModel.id(plan.callID), at: now))
        }
    }

    private func endConsultation(_ why: String) {
        guard let call = record.consultCallID else { return }
        tools.live.change { model, now in ((), model.fail(call: LiveModel.id(call), cause: 20, text: why, at: now)) }
    }

    // MARK: Looking

    /// Reads the lists of the PBX; waits for the PBX as long as it is away.
    ///
    /// - Returns: `nil` when the task was cancelled.
    func look(isRestart: Bool) async -> TransferSignal? {
        while !Task.isCancelled {
            if case .synced = tools.live.sync, await tools.look(.seconds(3)) {
                let view = TransferView(record: record, signs: tools.signs, contexts: tools.contexts)
                return .seen(tools.live.read { view.situation($0) }, isRestart: isRestart)
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
        return nil
    }
}
