import AMI
import Basics
import LiveCalls

/// Carries one transfer to its end: stores it, sends its commands, and tells it what happens.
///
/// **Invariants.** One task runs it, so that signals come one after the other. Its record is on the disk before an action
/// is sent. A command about channels that are not there is never sent. What the PBX answers never makes progress; only
/// the live state does.
final class TransferRun: Sendable {
    private enum Waking: Sendable {
        case signal(TransferSignal)
        case inbox
        case deadline
        case cancelled
    }

    private enum Letter: Sendable {
        case user(TransferSignal)
        /// What came of the actions of a step.
        case step(Int, TransferSignal)
    }

    private struct State {
        var record: TransferRecord
        var letters: [Letter] = []
        var waiter: Promise<Waking>?
        /// The number of the last step, and whether it still waits for the lists of the PBX.
        var step = 0
        var isLooking = false
    }

    let tools: TransferTools
    private let state: Lock<State>

    init(_ record: TransferRecord, _ tools: TransferTools) {
        self.tools = tools
        state = Lock(State(record: record))
        tools.signs.follow(record)
    }

    var record: TransferRecord { state.withLock { $0.record } }

    private var view: TransferView { TransferView(record: record, signs: tools.signs, contexts: tools.contexts) }

    /// Hands in what the user wants; false when it is not possible now.
    func post(_ signal: TransferSignal) -> Bool {
        let waiter = state.withLock { state -> Promise<Waking>?? in
            guard state.record.transfer.accepts(signal) else { return nil }
            state.letters.append(.user(signal))
            return .some(state.waiter)
        }
        guard let waiter else { return false }
        waiter?.fulfil(.inbox)
        return true
    }

    /// Works until the transfer has ended or the task is cancelled.
    ///
    /// - Parameter first: the commands with which it begins, stored already; `nil` for one that a restart has found.
    func run(_ first: [TransferCommand]?) async {
        if let first {
            publish("transfer:initiated")
            begin(first)
        } else {
            guard let seen = await TransferSender(record, tools).look(isRestart: true) else { return }
            tools.mark(record, isTransferring: true)
            begin(await handle(seen))
        }
        var start = ContinuousClock.now
        while !record.transfer.state.isEnded {
            let signal: TransferSignal
            switch await wake(until: limit(from: start)) {
            case .cancelled: return
            case .signal(let seen): signal = seen
            case .deadline:
                // A phone that has begun to ring has more time.
                guard let limit = limit(from: start), limit <= .now else { continue }
                signal = .deadline
            case .inbox:
                guard let letter = takeLetter() else { continue }
                signal = letter
            }
            let old = record.transfer.state
            let commands = await handle(signal)
            if !commands.isEmpty { begin(commands) }
            if !commands.isEmpty || old != record.transfer.state || isTime(signal) { start = .now }
        }
        let record = record
        tools.finish(record)
        await tools.dropLateTarget(record)
        tools.signs.forget(record)
    }

    private func isTime(_ signal: TransferSignal) -> Bool {
        switch signal {
        case .deadline, .seen: true
        default: false
        }
    }

    /// Changes the transfer, stores and publishes it.
    private func handle(_ given: TransferSignal) async -> [TransferCommand] {
        let now = Timestamp.now()
        let view = view
        let (hasTarget, isAnswered) = tools.live.read { (view.hasTarget($0), view.isAnswered($0)) }
        let (old, new, commands) = state.withLock { state in
            let old = state.record
            var signal = given
            // A phone that never began to ring is not there.
            if case .seen(let situation, isRestart: false) = given, old.transfer.state == .consultingRinging,
                !hasTarget, situation.present.contains(.customer)
            {
                signal = .targetFailed(.unreachable)
            }
            // By a queue, a menu or a mailbox: nobody to be seen talks with the customer.
            if case .seen = given, old.transfer.state == .ringing, isAnswered { signal = .answered(isAgent: false) }
            let commands = state.record.transfer.handle(signal, at: now)
            state.record.step = commands.map(\.name).joined(separator: ", ")
            if old != state.record { state.record.revision += 1 }
            return (old, state.record, commands)
        }
        guard old != new else { return commands }
        await tools.store(new)
        if old.transfer.state != new.transfer.state { publish(Self.eventType(new.transfer.state)) }
        return commands
    }

    private func publish(_ type: String) { tools.publish(type, record) }

    private static func eventType(_ state: TransferState) -> String {
        switch state {
        case .completed: "transfer:completed"
        case .cancelled: "transfer:cancelled"
        case .failed, .returned, .rolledBack, .abandoned: "transfer:failed"
        default: "transfer:updated"
        }
    }

    // MARK: Waiting

    private func limit(from start: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let view = view
        let transfer = view.record.transfer
        if transfer.state == .consultingRinging, !transfer.isTargetUp, !tools.live.read({ view.hasTarget($0) }) {
            return start + tools.actionTime
        }
        return transfer.limit(actionTime: tools.actionTime).map { start + $0 }
    }

    /// Waits for the next thing that the transfer has to be told.
    private func wake(until deadline: ContinuousClock.Instant?) async -> Waking {
        let waking = Promise<Waking>()
        let isLooking = state.withLock { state in
            state.waiter = waking
            if !state.letters.isEmpty { waking.fulfil(.inbox) }
            return state.isLooking
        }
        let view = view
        let watch = tools.live.watch(waking) { model in view.signal(model).map { .signal($0) } }
        // While the lists are being read they say more than the clock.
        let timer =
            isLooking
            ? nil
            : deadline.map { deadline in
                Task {
                    try? await Task.sleep(until: deadline, clock: .continuous)
                    if !Task.isCancelled { waking.fulfil(.deadline) }
                }
            }
        defer {
            timer?.cancel()
            tools.live.endWatch(watch)
            state.withLock { $0.waiter = nil }
        }
        return await withTaskCancellationHandler {
            await waking.value
        } onCancel: {
            waking.fulfil(.cancelled)
        }
    }

    private func takeLetter() -> TransferSignal? {
        state.withLock { state in
            guard !state.letters.isEmpty else { return nil }
            switch state.letters.removeFirst() {
            case .user(let signal): return state.record.transfer.accepts(signal) ? signal : nil
            case .step(let number, let signal):
                // What came of an earlier step says nothing of this one.
                guard number == state.step else { return nil }
                state.isLooking = false
                return signal
            }
        }
    }

    // MARK: Sending

    /// Begins to send commands; what came of them is handed in as a signal.
    private func begin(_ commands: [TransferCommand]) {
        guard !commands.isEmpty else { return }
        let (number, record) = state.withLock { state in
            state.step += 1
            state.isLooking = commands.contains(.look)
            return (state.step, state.record)
        }
        Task { [self] in
            let sender = TransferSender(record, tools)
            let outcome = await sender.carryOut(commands) { state.withLock { $0.step == number } }
            guard let outcome else { return }
            let waiter = state.withLock { state in
                state.letters.append(.step(number, outcome))
                return state.waiter
            }
            waiter?.fulfil(.inbox)
        }
    }
}

extension TransferCommand {
    /// For people.
    var name: String {
        switch self {
        case .validate: "validate"
        case .blindTransfer: "blind transfer"
        case .queueTransfer: "transfer to queue"
        case .hold: "hold"
        case .ringTarget: "ring target"
        case .bridge(let one, let other): "bridge \(one.rawValue) and \(other.rawValue)"
        case .sendBack: "send customer back"
        case .hangUp(let party): "hang up \(party.rawValue)"
        case .look: "look"
        }
    }
}
