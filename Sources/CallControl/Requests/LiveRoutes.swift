import Basics
import HTTP
import LiveCalls

/// Calls, agents and queues as they are now, and the stream of what changes.
struct LiveRoutes: Sendable {
    let live: LiveState
    let clients: EventClients
    let streams: EventStreams
    let gate: CommandGate

    var routes: [Route] {
        [
            .immediate(.get, "/api/ami/calls", access: .authenticated) { try calls($0) },
            .immediate(.get, "/api/ami/calls/{callId}", access: .authenticated) { try call($0) },
            .immediate(.get, "/api/ami/users/status", access: .authenticated) { request in
                let viewer = try viewer(request)
                return CallsAnswers.success { live.writeAgents(for: viewer, into: &$0) }
            },
            .immediate(.get, "/api/ami/users/{extension}/status", access: .authenticated) { try agent($0) },
            .immediate(.get, "/api/ami/queues", access: .authenticated) { request in
                let viewer = try viewer(request)
                return CallsAnswers.success { live.writeQueues(for: viewer, into: &$0) }
            },
            .immediate(.get, "/api/ami/queues/{name}", access: .authenticated) { try queue($0) },
            .immediate(.get, "/api/events", access: .authenticated) { try events($0) },
            .immediate(.get, "/api/health", access: .open) { _ in
                CallsAnswers.success { $0.required("status", live.sync.isStale ? "degraded" : "ok") }
            },
        ]
    }

    private func viewer(_ request: RoutedRequest) throws(RequestFailure) -> EventViewer {
        let caller = try request.caller
        try gate.checkRate(.read, caller)
        return EventViewer(caller.account)
    }

    private func calls(_ request: RoutedRequest) throws(RequestFailure) -> ServerResponse {
        let viewer = try viewer(request)
        var filter = LiveState.CallFilter()
        if let text = request.query["state"] {
            guard let state = LiveCall.State(rawValue: text), state != .ended else {
                let known = LiveCall.State.allCases.filter { $0 != .ended }.map(\.rawValue)
                throw CallsFailure.invalidRequest.because("state: use one of \(known.joined(separator: ", "))")
            }
            filter.state = state
        }
        filter.extension = request.query["extension"].map { Array($0.utf8) }
        filter.queue = request.query["queue"].map { Array($0.utf8) }
        return CallsAnswers.success { live.writeCalls(filter, for: viewer, into: &$0) }
    }

    private func call(_ request: RoutedRequest) throws(RequestFailure) -> ServerResponse {
        let viewer = try viewer(request)
        let withLocal = request.query["all"] == "1"
        return try found(.callNotFound, "Call") { json in
            live.writeCall(request["callId"], withLocal: withLocal, for: viewer, into: &json)
        }
    }

    private func agent(_ request: RoutedRequest) throws(RequestFailure) -> ServerResponse {
        let viewer = try viewer(request)
        return try found(.userNotFound, "Agent") { live.writeAgent(request["extension"], for: viewer, into: &$0) }
    }

    private func queue(_ request: RoutedRequest) throws(RequestFailure) -> ServerResponse {
        let viewer = try viewer(request)
        return try found(.notFound, "Queue") { live.writeQueue(request["name"], for: viewer, into: &$0) }
    }

    /// An answer, or 404: for what is not there, and just so for what the client may not see.
    private func found(
        _ failure: CallsFailure,
        _ kind: String,
        _ write: (inout JSONWriter) -> Bool
    ) throws(RequestFailure) -> ServerResponse {
        var isThere = false
        let answer = CallsAnswers.success { isThere = write(&$0) }
        guard isThere else { throw failure.because("\(kind) not found") }
        return answer
    }

    // MARK: Events

    private func events(_ request: RoutedRequest) throws(RequestFailure) -> ServerResponse {
        let caller = try request.caller
        let filter = try EventFilter(types: request.query["types"], rooms: request.query["rooms"])
        // A client that connects again sends its old address with the id that it has now.
        let after = try request.position
        let position = request.lastEventID ?? after
        let seat = try clients.seat(user: caller.account.username, request)
        let standing = ClientStanding(caller, clients.logins)
        let client = EventStreamClient(
            hub: clients.hub,
            filter: filter,
            position: position ?? clients.logins.acknowledged(in: caller.session),
            figures: clients.figures
        ) { standing.current }
        return try request.eventStream(on: streams, seat: seat, handler: client)
    }
}

extension RoutedRequest {
    /// The id of the last event that a client has, the parameter `after`; `nil` without one.
    var position: Int? {
        get throws(RequestFailure) {
            guard let text = query["after"] else { return nil }
            guard let number = Array(text.utf8)[...].integer, number >= 0 else {
                throw CallsFailure.invalidRequest.because("after: use the id of an event")
            }
            return number
        }
    }
}
