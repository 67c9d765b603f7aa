import Basics
import HTTP
import LiveCalls

/// The routes that control calls.
struct CommandRoutes: Sendable {
    let service: CommandService
    let gate: CommandGate

    private static let calls = "/api/ami/calls"

    var routes: [Route] {
        [
            route(.post, "/originate") { request throws(RequestFailure) in try await originate(request) },
            command(.put, "/hold", "hold", .holdCalls) { target, _, run, _ throws(RequestFailure) in
                try await service.hold(target, run)
            },
            command(.put, "/unhold", "unhold", .holdCalls) { target, _, run, _ throws(RequestFailure) in
                try await service.unhold(target, run)
            },
            command(.post, "/answer", "answer", .makeCalls) { target, _, run, _ throws(RequestFailure) in
                try await service.answer(target, run)
            },
            command(.post, "/park", "park", .parkCalls) { target, _, run, _ throws(RequestFailure) in
                try await service.park(target, run)
            },
            command(.post, "/dtmf", "dtmf", .makeCalls) { target, _, run, fields throws(RequestFailure) in
                try await service.press(fields.digits, target, run)
            },
            command(.post, "/mute", "mute", .makeCalls) { target, _, run, fields throws(RequestFailure) in
                try await service.mute(fields.direction, isOn: fields.isOn, target, run)
            },
            command(.post, "/recording", "recording", .recordCalls) {
                target,
                caller,
                run,
                fields throws(RequestFailure) in
                try await service.record(fields.recording, target, by: caller.account, run)
            },
            hangUp,
        ]
    }

    /// Longer than any command takes: the answer, the event, and the lists of the PBX.
    private var options: Route.Options {
        var options = Route.Options()
        options.deadline = service.commands.configuration.patience * 2 + .seconds(15)
        return options
    }

    private func route(
        _ method: Route.Method,
        _ path: String,
        _ handler: @escaping @Sendable (RoutedRequest) async throws(RequestFailure) -> ServerResponse
    ) -> Route {
        Route(method, Self.calls + path, access: .authenticated, options: options) { try await handler($0) }
    }

    // MARK: Calls that are there

    private typealias Command =
        @Sendable (
            CommandTarget, Caller, CommandRun, CommandFields
        ) async throws(RequestFailure) -> Void

    /// A route that does something to a call, and answers with the call as it is then.
    private func command(
        _ method: Route.Method,
        _ path: String,
        _ name: String,
        _ permission: CallPermission,
        _ body: @escaping Command
    ) -> Route {
        route(method, "/{callId}" + path) { request throws(RequestFailure) in
            let fields = try CommandFields(request, of: name)
            return try await gate.perform(request, .init(name, request["callId"])) { caller throws(RequestFailure) in
                let target = try service.target(request["callId"], caller, permission, for: fields.extension)
                guard target.call.endedAt == nil else { throw target.wrongState }
                try await service.alone(on: target) { run throws(RequestFailure) in
                    try await body(target, caller, run, fields)
                }
                return answer(target, withRecording: name == "recording")
            }
        }
    }

    private var hangUp: Route {
        route(.delete, "/{callId}") { request throws(RequestFailure) in
            try RequestFields(request).finish()
            let cause = request.query["cause"].map { Array($0.utf8)[...].integer ?? 0 } ?? 16
            guard 1...127 ~= cause else { throw RequestFields.failure("cause: use 1 to 127") }
            var subject = CommandGate.Subject("hangup", request["callId"])
            subject.isUrgent = true
            return try await gate.perform(request, subject) { caller throws(RequestFailure) in
                let target = try service.target(request["callId"], caller, .makeCalls)
                try await service.alone(on: target) { run throws(RequestFailure) in
                    try await service.hangUp(target, caller.account, cause: cause, run)
                }
                return answer(target)
            }
        }
    }

    /// The call as it is now; the caller has seen it before, and sees how it ends.
    private func answer(_ target: CommandTarget, withRecording: Bool = false) -> ServerResponse {
        let viewer = EventViewer(role: .superuser, extension: "")
        return CallsAnswers.success { json in
            if withRecording { service.live.writeRecording(of: target.call.id, into: &json) }
            _ = service.live.writeCall(target.call.id[...].text, withLocal: false, for: viewer, into: &json)
        }
    }

    // MARK: New calls

    private func originate(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        let account = try request.caller.account
        var fields = try RequestFields(request)
        let wanted = try OriginateRequest(&fields, account, service.configuration)
        try fields.finish()
        var subject = CommandGate.Subject("originate", wanted.extension.description)
        subject.kind = .originate
        return try await gate.perform(request, subject) { caller throws(RequestFailure) in
            let made = try await service.originate(wanted, by: caller.account)
            return CallsAnswers.success(status: 202) { json in
                json.required("callId", made.callID)
                json.required("status", "originating")
                json.required("actionId", made.channelID)
            }
        }
    }
}

/// The fields of a request about a call; those that its command does not have are refused.
struct CommandFields: Sendable {
    var `extension`: String?
    var digits = ""
    var direction = CallActions.MuteDirection.in
    var isOn = true
    var recording = CommandService.RecordingAction.start

    init(_ request: RoutedRequest, of command: String) throws(RequestFailure) {
        var fields = try RequestFields(request)
        switch command {
        case "hold": `extension` = try fields.string("extension")
        case "dtmf": digits = try fields.required("digits")
        case "mute":
            direction =
                try Self.one(of: CallActions.MuteDirection.self, "direction", try fields.string("direction")) ?? .in
            guard let isOn = try fields.boolean("on") else { throw RequestFields.failure("on is missing") }
            self.isOn = isOn
        case "recording":
            let text = try fields.required("action")
            recording = try Self.one(of: CommandService.RecordingAction.self, "action", text) ?? .start
        default: break
        }
        try fields.finish()
    }

    static func one<Value: RawRepresentable<String> & CaseIterable>(
        of type: Value.Type,
        _ name: String,
        _ text: String?
    ) throws(RequestFailure) -> Value? {
        guard let text else { return nil }
        guard let value = Value(rawValue: text) else {
            throw RequestFields.failure("\(name): use one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }
}
