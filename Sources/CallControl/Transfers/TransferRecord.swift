import Basics
import LiveCalls

/// A transfer with the channels of its parties: what is stored before each action, and shown to clients.
struct TransferRecord: Sendable, Equatable {
    var transfer: Transfer
    /// The Uniqueids; the one of the target is chosen before its phone rings, and empty without a consultation.
    let customer: String
    let agent: String
    let target: String
    /// The commands that were about to be sent, for people.
    var step = ""
    /// Rises with each write, so that an old one never replaces a new one.
    var revision = 0

    var plan: Transfer.Plan { transfer.plan }
    var id: String { transfer.plan.id }

    /// The id of the call of the consultation; `nil` without one.
    var consultCallID: String? { target.isEmpty ? nil : LiveCall.id(ofChannel: target) }

    func channel(of party: TransferParty) -> String {
        switch party {
        case .customer: customer
        case .agent: agent
        case .target: target
        }
    }

    var startedAt: Timestamp { transfer.history.first?.at ?? Timestamp(microseconds: 0) }
    var updatedAt: Timestamp { transfer.history.last?.at ?? startedAt }
    var endedAt: Timestamp? { transfer.state.isEnded ? updatedAt : nil }

    // MARK: JSON

    /// Writes the transfer as clients see it.
    func write(into json: inout JSONWriter) {
        json.beginObject()
        writeMembers(into: &json)
        json.endObject()
    }

    /// The form in the database: the same, and what a restart needs.
    var stored: [UInt8] {
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        writeMembers(into: &json)
        json.required("customer", customer)
        json.required("agent", agent)
        json.required("targetChannel", target)
        json.required("ringSeconds", Int(plan.ringTime.components.seconds))
        json.key("returns")
        json.boolean(plan.returns)
        json.key("gone")
        json.beginArray()
        for party in TransferParty.allCases where transfer.gone.contains(party) { json.string(party.rawValue) }
        json.endArray()
        json.key("isTargetUp")
        json.boolean(transfer.isTargetUp)
        json.endObject()
        return json.bytes
    }

    private func writeMembers(into json: inout JSONWriter) {
        json.required("transferId", id)
        json.required("type", plan.type.rawValue)
        json.required("callId", plan.callID)
        json.required("from", plan.from)
        json.required("target", plan.target)
        json.required("context", plan.context)
        json.required("state", transfer.state.rawValue)
        json.key("step")
        json.stringOrNull(step.isEmpty ? nil : step)
        json.required("startedAt", Self.milliseconds(startedAt))
        json.required("updatedAt", Self.milliseconds(updatedAt))
        json.key("endedAt")
        json.integerOrNull(endedAt.map(Self.milliseconds))
        json.key("consultCallId")
        json.stringOrNull(consultCallID)
        json.key("result")
        if let result = transfer.result { Self.write(result, into: &json) } else { json.null() }
        json.key("rollback")
        json.beginObject()
        json.key("tried")
        json.boolean(transfer.rollback.tried)
        json.key("done")
        json.boolean(transfer.rollback.done)
        json.endObject()
        json.key("history")
        json.beginArray()
        for entry in transfer.history {
            json.beginObject()
            json.required("at", Self.milliseconds(entry.at))
            json.required("state", entry.state.rawValue)
            json.required("why", entry.why)
            json.endObject()
        }
        json.endArray()
        json.required("by", plan.by)
        json.required("version", revision)
    }

    private static func write(_ result: Transfer.Result, into json: inout JSONWriter) {
        json.beginObject()
        json.required("code", result.code)
        json.required("text", result.text)
        json.required("dialStatus", result.dialStatus)
        json.endObject()
    }

    private static func milliseconds(_ time: Timestamp) -> Int { Int(time.microseconds / 1000) }
}

extension TransferRecord {
    /// From the form in the database; `nil` for anything else.
    init?(stored bytes: [UInt8]) {
        guard let json = try? JSONParser.parse(bytes[...]),
            let id = json["transferId"]?.string, let type = json["type"]?.string.flatMap(TransferType.init),
            let callID = json["callId"]?.string, let from = json["from"]?.string, let target = json["target"]?.string,
            let context = json["context"]?.string, let by = json["by"]?.string,
            let state = json["state"]?.string.flatMap(TransferState.init),
            let history = json["history"]?.elements?.compactMap(Transfer.Entry.init), let first = history.first
        else { return nil }
        var plan = Transfer.Plan(
            id: id,
            type: type,
            callID: callID,
            from: from,
            target: target,
            context: context,
            by: by
        )
        plan.ringTime = .seconds(min(max(json["ringSeconds"]?.integer ?? 30, 1), 3600))
        plan.returns = json["returns"] != .boolean(false)
        transfer = Transfer(plan, at: first.at)
        transfer.history = history
        transfer.state = state
        if let result = json["result"], let code = result["code"]?.string {
            transfer.result = Transfer.Result(
                code: code,
                text: result["text"]?.string ?? "",
                dialStatus: result["dialStatus"]?.string ?? ""
            )
        }
        transfer.rollback.tried = json["rollback"]?["tried"] == .boolean(true)
        transfer.rollback.done = json["rollback"]?["done"] == .boolean(true)
        transfer.gone = Set((json["gone"]?.elements ?? []).compactMap { $0.string.flatMap(TransferParty.init) })
        transfer.isTargetUp = json["isTargetUp"] == .boolean(true)
        customer = json["customer"]?.string ?? ""
        agent = json["agent"]?.string ?? ""
        self.target = json["targetChannel"]?.string ?? ""
        step = json["step"]?.string ?? ""
        revision = json["version"]?.integer ?? 0
    }
}

extension Transfer.Entry {
    fileprivate init?(_ json: JSONValue) {
        guard let at = json["at"]?.integer, let state = json["state"]?.string.flatMap(TransferState.init) else {
            return nil
        }
        let (microseconds, overflow) = at.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return nil }
        self.init(at: Timestamp(microseconds: Int64(microseconds)), state: state, why: json["why"]?.string ?? "")
    }
}
