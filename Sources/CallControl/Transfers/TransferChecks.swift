import AMI
import Basics
import HTTP
import LiveCalls

/// What a client asks for when it transfers a call.
struct TransferRequest: Sendable {
    enum Subject: Sendable {
        case call(String)
        /// The Uniqueid of a channel of the call.
        case channel(String)
    }

    let subject: Subject
    let type: TransferType
    let target: Dialable
    let context: Dialable
    /// The extension that transfers; `nil` for the caller's own, then any that fits.
    let `extension`: String?

    /// - Throws: for a field that is missing or not allowed.
    init(
        _ fields: inout RequestFields,
        _ type: TransferType,
        call: String? = nil,
        _ configuration: CommandService.Configuration
    ) throws(RequestFailure) {
        self.type = type
        if let call {
            subject = .call(call)
        } else if let id = try fields.string("callId") {
            subject = .call(id)
        } else {
            guard let id = try fields.string("channelId") else { throw RequestFields.failure("callId is missing") }
            subject = .channel(id)
        }
        guard let target = Dialable(try fields.required("target")) else {
            throw RequestFields.failure("target: use 1 to 64 of 0-9 A-Z a-z * # + . _ -")
        }
        self.target = target
        let name = try fields.string("context") ?? configuration.context
        guard name == configuration.context || configuration.otherContexts.contains(name),
            let context = Dialable(name)
        else { throw RequestFields.failure("context: name one of CALLS_CONTEXTS") }
        self.context = context
        `extension` = try fields.string("extension")
    }
}

/// Whether a transfer can be made, before anybody is moved.
struct TransferChecks: Sendable {
    private let tools: TransferTools

    init(_ tools: TransferTools) { self.tools = tools }

    func checkRights(
        _ request: TransferRequest,
        _ target: CommandTarget,
        _ account: Account
    ) throws(RequestFailure) {
        let name = request.target.description
        if request.type != .queue, !tools.isExtension(name), !account.may(.externalCalls, callOf: target.extension) {
            throw CallsFailure.forbidden.because("Permission external_calls is missing")
        }
        if name == target.extension {
            throw CallsFailure.targetInvalid.because("\(name) is the one who transfers")
        }
        guard !target.extension.isEmpty else {
            throw CallsFailure.notSupported.because("Call has no agent who could transfer it")
        }
        for right in request.type == .managed ? [AMIRight.call, .originate] : [.call]
        where tools.commands.may(right) == false {
            throw CallsFailure.rightMissing.because("The AMI user lacks write=\(right.rawValue)")
        }
    }

    /// The channels of the agent and the customer.
    func parties(
        _ request: TransferRequest,
        _ target: CommandTarget
    ) throws(RequestFailure) -> (own: LiveChannel, far: LiveChannel) {
        if request.type == .managed, target.call.state == .held, let pair = target.heldPair {
            return (pair.own, pair.far)
        }
        let pair = try target.talking()
        guard pair.own.extension[...].text == target.extension else { throw target.wrongState }
        return (pair.own, pair.far)
    }

    /// Asks the PBX whether the target and the dialplan of the transfer are there.
    ///
    /// - Returns: whether the dialplan rings the agent when the target does not answer.
    func check(_ request: TransferRequest, from name: String) async throws(RequestFailure) -> Bool {
        let contexts = tools.contexts
        let target = request.target
        switch request.type {
        case .queue:
            guard target.description.utf8.count >= 2,
                target.description.utf8.allSatisfy({ !"*#+".utf8.contains($0) }),
                try await exists(target.description, in: contexts.queue)
            else {
                throw CallsFailure.notSupported.because("No dialplan \(contexts.queue) for queue \(target)")
            }
            guard try await isOne({ () throws(AMIError) in try CallActions.queueExists(target) }) else {
                throw CallsFailure.targetInvalid.because("No queue \(target)")
            }
            return true
        case .blind:
            try await checkTarget(request)
            return try await exists(target.description, in: contexts.transfer)
        case .managed:
            guard try await hasManagedDialplan(returningTo: name) else {
                throw CallsFailure.notSupported.because("No dialplan \(contexts.hold) and \(contexts.transfer)")
            }
            try await checkTarget(request)
            return true
        }
    }

    private func checkTarget(_ request: TransferRequest) async throws(RequestFailure) {
        let name = request.target.description
        guard try await exists(name, in: request.context.description) else {
            throw CallsFailure.targetInvalid.because("No extension \(name) in context \(request.context)")
        }
        guard tools.isExtension(name) else { return }
        let device = tools.device(name)
        let state = try await value { () throws(AMIError) in try CallActions.state(of: device) }
        if state == "UNAVAILABLE" || state == "INVALID" {
            throw CallsFailure.targetInvalid.because("Device of \(name) is unavailable")
        }
    }

    // MARK: The dialplan

    /// What the dialplan of the PBX allows.
    struct Dialplan: Sendable {
        var transfer = false
        var managed = false
        var queue = false
    }

    func dialplan() async throws(RequestFailure) -> Dialplan {
        // Any extension does: they are patterns.
        var dialplan = Dialplan()
        dialplan.transfer = try await exists("1000", in: tools.contexts.transfer)
        dialplan.managed = try await hasManagedDialplan(returningTo: "1000")
        dialplan.queue = try await exists("1000", in: tools.contexts.queue)
        return dialplan
    }

    private func hasManagedDialplan(returningTo name: String) async throws(RequestFailure) -> Bool {
        for exten in ["held", "holder"] where try await !exists(exten, in: tools.contexts.hold) { return false }
        return try await exists(name, in: tools.contexts.transfer)
    }

    private func exists(_ exten: String, in context: String) async throws(RequestFailure) -> Bool {
        guard let exten = Dialable(exten), let context = Dialable(context) else { return false }
        return try await isOne { () throws(AMIError) in try CallActions.exists(exten, in: context) }
    }

    private func isOne(_ body: () throws(AMIError) -> AMIAction) async throws(RequestFailure) -> Bool {
        try await value(body) == "1"
    }

    private func value(_ body: () throws(AMIError) -> AMIAction) async throws(RequestFailure) -> String {
        let action = try tools.service.made(body)
        let reply = await tools.commands.send(action)
        guard case .answered = reply else { throw CommandRun.failure(reply, action) }
        return reply["Value"] ?? ""
    }
}
