import AMI
import Basics
import HTTP
import LiveCalls

/// New calls.
extension CommandService {
    /// Makes a call: the agent's phone rings first.
    ///
    /// Returns when the PBX has taken the request; the events of the call tell the rest.
    ///
    /// - Returns: the ChannelId of the agent's channel, and the id of the call.
    func originate(
        _ request: OriginateRequest,
        by account: Account
    ) async throws(RequestFailure) -> (channelID: String, callID: String) {
        try check(request, account)
        try checkSync()
        let run = run()
        try await checkTarget(request, run)
        let channelID = ChannelID.next(at: .now())
        let (ext, number) = (request.extension.description, request.number.description)
        let device = configuration.channelTemplate.replacing("{extension}", with: ext)
        let action = try made { () throws(AMIError) in
            try CallActions.originate(
                device,
                to: request.number,
                in: request.context,
                channelID: channelID,
                ringTime: request.ringTime,
                callerID: request.callerID,
                variables: request.variables
            )
        }
        var notes = LiveCall.Notes()
        notes.variables = request.variables.map { (Array($0.name.utf8), Array($0.value.utf8)) }
        let requested = live.change { [notes] model, now in
            let (id, changes) = model.request(
                channelID: Array(channelID.utf8),
                extension: Array(ext.utf8),
                number: Array(number.utf8),
                notes: notes,
                at: now
            )
            return (id, changes)
        }
        guard let id = requested else { throw CallsFailure.pbxBusy.because("Too many calls", retryAfter: 5) }
        do throws(RequestFailure) {
            try await run.send([action])
        } catch {
            // Without an answer it may still ring.
            if error != CommandRun.timeout { fail(id, error.description) } else { follow(id, request, account) }
            throw error
        }
        follow(id, request, account)
        return (channelID, id[...].text)
    }

    private func check(_ request: OriginateRequest, _ account: Account) throws(RequestFailure) {
        let ext = request.extension.description
        guard account.may(.makeCalls, callOf: ext) else {
            throw CallsFailure.forbidden.because(
                account.extension == ext ? "Permission make_calls is missing" : "Extension belongs to another user"
            )
        }
        guard configuration.isExtension(request.number.description) || account.may(.externalCalls, callOf: ext) else {
            throw CallsFailure.forbidden.because("Permission external_calls is missing")
        }
        let device = live.read { model in model.agent(LiveModel.id(ext))?.device }
        if device == .unavailable || device == .invalid {
            throw CallsFailure.targetInvalid.because("Device of \(ext) is unavailable")
        }
    }

    /// Asks whether the dialplan has the number, so that nobody's phone rings for nothing.
    private func checkTarget(_ request: OriginateRequest, _ run: CommandRun) async throws(RequestFailure) {
        let action = try made { () throws(AMIError) in
            try CallActions.exists(request.number, in: request.context)
        }
        switch await commands.send(action) {
        case .answered(let reply) where reply.response["Value"]?.elementsEqual("0".utf8) == true:
            throw CallsFailure.targetInvalid.because("No extension \(request.number) in context \(request.context)")
        case .down, .busy: throw CommandRun.failure(.down, action)
        // A user without the right may still make calls.
        case .answered, .refused, .denied, .unknown: break
        }
    }

    private func fail(_ call: [UInt8], _ why: String) {
        live.change { model, now in ((), model.fail(call: call[...], cause: 20, text: why, at: now)) }
    }

    /// Ends a call for which no channel comes, and records one that is to be recorded.
    private func follow(_ call: [UInt8], _ request: OriginateRequest, _ account: Account) {
        let patience = commands.configuration.patience
        Task { [self] in
            let began = await live.outcome(until: .now + patience) { model -> Bool? in
                guard let known = model.call(call[...]), known.endedAt == nil else { return false }
                return model.channels(of: known, withLocal: true).isEmpty ? nil : true
            }
            if began == nil {
                _ = await run().look(.seconds(3))
                // Does nothing once a channel has come.
                fail(call, "unreachable")
            }
            guard request.isRecorded, began != false else { return }
            await recordOnceUp(call, request, account)
        }
    }

    private func recordOnceUp(_ call: [UInt8], _ request: OriginateRequest, _ account: Account) async {
        let limit = ContinuousClock.now + request.ringTime + .seconds(120)
        let name = request.extension.description
        let found = await live.outcome(until: limit) { model -> CommandTarget?? in
            guard let known = model.call(call[...]), known.endedAt == nil else { return .some(nil) }
            return known.state == .up && known.answeredAt != nil
                ? .some(CommandTarget(known, extension: name, in: model)) : nil
        }
        guard let target = found ?? nil else { return }
        do throws(RequestFailure) {
            try await alone(on: target) { run throws(RequestFailure) in
                try await record(.start, target, by: account, run)
            }
        } catch {
            log.warning("recording of a call not started", [.init(own: "error", error.description)])
        }
    }
}

/// The ids of channels of this service: `ac-` and 26 characters that rise with time.
enum ChannelID {
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    static func next(at time: Timestamp) -> String {
        var generator = SystemRandomNumberGenerator()
        let milliseconds = UInt64(clamping: max(time.microseconds / 1000, 0))
        let random = [generator.next() as UInt64, generator.next() as UInt64]
        var text = Array("ac-".utf8)
        for place in (0..<10).reversed() { text.append(digit(milliseconds >> UInt64(place * 5))) }
        for place in 0..<16 { text.append(digit(random[place / 8] >> UInt64(place % 8 * 5))) }
        return text[...].text
    }

    private static func digit(_ bits: UInt64) -> UInt8 { digits[Int(bits & 31)] }
}
