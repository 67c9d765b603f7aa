import Basics
import HTTP
import LiveCalls

/// The routes that change the state of agents and their places in queues.
struct AgentRoutes: Sendable {
    let service: CommandService
    let gate: CommandGate

    private static let path = "/api/ami/users/{extension}"

    var routes: [Route] {
        [
            Route(.put, Self.path + "/status", access: .authenticated, options: options) { try await setStatus($0) },
            Route(.post, Self.path + "/queues/{queue}", access: .authenticated, options: options) { request in
                var fields = try RequestFields(request)
                let penalty = try fields.integer("penalty") ?? 0
                try fields.finish()
                guard 0...1_000_000 ~= penalty else { throw RequestFields.failure("penalty: use 0 to 1000000") }
                return try await change(request, "queue-add") { caller throws(RequestFailure) in
                    try await service.join(request["queue"], request["extension"], penalty: penalty, by: caller.account)
                }
            },
            Route(.delete, Self.path + "/queues/{queue}", access: .authenticated, options: options) { request in
                try RequestFields(request).finish()
                return try await change(request, "queue-remove") { caller throws(RequestFailure) in
                    try await service.leave(request["queue"], request["extension"], by: caller.account)
                }
            },
        ]
    }

    private var options: Route.Options {
        var options = Route.Options()
        options.deadline = service.commands.configuration.patience * 2 + .seconds(15)
        return options
    }

    private func setStatus(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        var fields = try RequestFields(request)
        guard let status = try CommandFields.one(of: AgentStatus.self, "status", try fields.required("status")) else {
            throw RequestFields.failure("status is missing")
        }
        let queue = try fields.string("queue")
        let reason = try fields.string("reason")
        try fields.finish()
        let name = queue.flatMap { Dialable($0) }
        guard queue == nil || name != nil else { throw RequestFields.failure("queue: no queue has this name") }
        let shown = reason.flatMap { ShownText($0) }
        guard reason == nil || shown != nil else {
            throw RequestFields.failure("reason: at most 80 bytes without control characters")
        }
        return try await change(request, "agent-status") { caller throws(RequestFailure) in
            try await service.setPause(
                status == .paused,
                of: request["extension"],
                in: name,
                reason: shown,
                by: caller.account
            )
        }
    }

    /// Does something to an agent, and answers with the agent as it is then.
    private func change(
        _ request: RoutedRequest,
        _ name: String,
        _ body: @escaping @Sendable (Caller) async throws(RequestFailure) -> Void
    ) async throws(RequestFailure) -> ServerResponse {
        let target = [request["extension"], request["queue"]].filter { !$0.isEmpty }.joined(separator: " ")
        return try await gate.perform(request, .init(name, target)) { caller throws(RequestFailure) in
            try await body(caller)
            let viewer = EventViewer(role: .superuser, extension: "")
            return CallsAnswers.success { json in
                _ = service.live.writeAgent(request["extension"], for: viewer, into: &json)
            }
        }
    }
}

/// What a client may make of an agent.
enum AgentStatus: String, CaseIterable { case available, paused }
