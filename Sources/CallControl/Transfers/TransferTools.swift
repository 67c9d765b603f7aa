import Basics
import LiveCalls

/// What all transfers share.
struct TransferTools: Sendable {
    let service: CommandService
    let keeper: CallsKeeper
    let signs = TransferSigns()
    let figures: TransferFigures
    let log: Logger

    var live: LiveState { service.live }
    var commands: CommandConnections { service.commands }
    var contexts: CallActions.Contexts { service.configuration.contexts }

    /// How long an action and its events may take: less than who is left alone waits in the dialplan.
    var actionTime: Duration { min(commands.configuration.patience, .seconds(3)) }

    func look(_ limit: Duration) async -> Bool { await service.run().look(limit) }

    func isExtension(_ name: String) -> Bool { service.configuration.isExtension(name) }

    func device(_ extension: String) -> String {
        service.configuration.channelTemplate.replacing("{extension}", with: `extension`)
    }

    /// Stores a record; a transfer that has begun goes on without, since people wait.
    func store(_ record: TransferRecord) async {
        do { try await keeper.use { try $0.put(record) } } catch {
            log.error("transfer not stored", [.init("transfer_id", record.id), .init("error", "\(error)")])
        }
    }

    /// Tells clients of a transfer.
    func publish(_ type: String, _ record: TransferRecord) {
        let plan = record.plan
        let audience = EventAudience(
            extensions: [plan.from, plan.target].filter(isExtension).map { Array($0.utf8) },
            object: Array(plan.callID.utf8)
        )
        let object = EventObject(key: "transfer:\(record.id)", life: .seconds(7 * 86_400))
        live.hub.publish(type, to: audience, about: object) { json in
            record.write(into: &json)
        } members: { json in
            json.required("callId", plan.callID)
            json.required("extension", plan.from)
        }
    }

    /// Shows the calls of a transfer as `transferring`, or no longer.
    func mark(_ record: TransferRecord, isTransferring: Bool) {
        let (call, id) = (LiveModel.id(record.plan.callID), Array(record.id.utf8))
        let consultation = record.consultCallID.map { LiveModel.id($0) }
        live.change { model, now in
            var changes: [LiveChange] = []
            // After a restart both may be one call already.
            if let consultation, model.resolve(call: consultation) != model.resolve(call: call) {
                changes += model.note(call: consultation, at: now) { $0.isTransferring = isTransferring }
                // At the end, who talks with whom is one call.
                changes += model.setConsult(call: consultation, for: isTransferring ? call : nil, at: now)
            }
            changes += model.note(call: call, at: now) { notes in
                notes.transferID = id
                notes.isTransferring = isTransferring
            }
            return ((), changes)
        }
    }

    /// Lets go of a transfer that has ended.
    func finish(_ record: TransferRecord) {
        let state = record.transfer.state
        mark(record, isTransferring: false)
        figures.note(record.plan.type, state)
        log.info(
            "transfer ended",
            [
                .init("transfer_id", record.id), .init(own: "type", record.plan.type.rawValue),
                .init(own: "state", state.rawValue), .init("code", record.transfer.result?.code ?? ""),
            ]
        )
    }

    /// Hangs up a target whose channel comes when nobody waits for it any more: its Originate was answered late.
    func dropLateTarget(_ record: TransferRecord) async {
        let isUndone = [.rolledBack, .returned].contains(record.transfer.state)
        let id = LiveModel.id(record.target)
        guard !id.isEmpty, isUndone || record.transfer.result?.code == "unknown", signs.failure(of: id) == nil else {
            return
        }
        let found = await live.outcome(until: .now + actionTime) { model in model.channel(id) }
        guard let found, !found.isBridged, let action = try? CallActions.hangUp(found.address) else { return }
        _ = await commands.send(action)
    }
}

/// The counters of transfers.
struct TransferFigures: Sendable {
    struct Key: Hashable {
        let type: TransferType
        let state: TransferState
    }

    let ended: [Key: Counter]

    func note(_ type: TransferType, _ state: TransferState) { ended[Key(type: type, state: state)]?.add() }
}
