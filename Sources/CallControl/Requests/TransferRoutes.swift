import Basics
import HTTP

/// The routes of transfers.
struct TransferRoutes: Sendable {
    let transfers: TransferService
    let gate: CommandGate

    private static let path = "/api/enhanced-transfers"

    var routes: [Route] {
        TransferType.allCases.map(begin)
            + [
                beginOfCall,
                route(.post, "/complete") { request throws(RequestFailure) in
                    var fields = try RequestFields(request)
                    let id = try fields.required("transferId")
                    try fields.finish()
                    return try await tell(request, "complete transfer", id, .complete)
                },
                route(.delete, "/{transferId}") { request throws(RequestFailure) in
                    try RequestFields(request).finish()
                    return try await tell(request, "cancel transfer", request["transferId"], .cancel)
                },
                route(.get, "") { request throws(RequestFailure) in try await history(request) },
                route(.get, "/enhanced-status") { request throws(RequestFailure) in try await status(request) },
                route(.get, "/health") { request throws(RequestFailure) in try await health(request) },
                route(.get, "/capabilities") { request throws(RequestFailure) in try await capabilities(request) },
                route(.get, "/{transferId}") { request throws(RequestFailure) in try await one(request) },
                route(.get, "/{transferId}/state") { request throws(RequestFailure) in try await one(request) },
            ]
    }

    private var options: Route.Options {
        var options = Route.Options()
        options.deadline = transfers.tools.commands.configuration.patience * 2 + .seconds(15)
        return options
    }

    private func route(
        _ method: Route.Method,
        _ path: String,
        _ handler: @escaping @Sendable (RoutedRequest) async throws(RequestFailure) -> ServerResponse
    ) -> Route {
        Route(method, Self.path + path, access: .authenticated, options: options) { try await handler($0) }
    }

    // MARK: Changing

    private func begin(_ type: TransferType) -> Route {
        route(.post, "/\(type.rawValue)") { request throws(RequestFailure) in
            var fields = try RequestFields(request)
            let wanted = try TransferRequest(&fields, type, transfers.tools.service.configuration)
            try fields.finish()
            return try await begin(request, wanted)
        }
    }

    private var beginOfCall: Route {
        Route(.post, "/api/ami/calls/{callId}/transfer", access: .authenticated, options: options) { request in
            var fields = try RequestFields(request)
            let type = try CommandFields.one(of: TransferType.self, "type", try fields.required("type")) ?? .blind
            let wanted = try TransferRequest(
                &fields,
                type,
                call: request["callId"],
                transfers.tools.service.configuration
            )
            try fields.finish()
            return try await begin(request, wanted)
        }
    }

    private func begin(_ request: RoutedRequest, _ wanted: TransferRequest) async throws(RequestFailure)
        -> ServerResponse
    {
        let subject =
            switch wanted.subject {
            case .call(let id), .channel(let id): id
            }
        return try await gate.perform(request, .init("\(wanted.type.rawValue) transfer", subject)) {
            caller throws(RequestFailure) in
            answer(try await transfers.begin(wanted, by: caller), status: 202)
        }
    }

    private func tell(
        _ request: RoutedRequest,
        _ action: String,
        _ id: String,
        _ signal: TransferSignal
    ) async throws(RequestFailure) -> ServerResponse {
        try await gate.perform(request, .init(action, id)) { caller throws(RequestFailure) in
            answer(try await transfers.tell(id, signal, by: caller))
        }
    }

    private func answer(_ record: TransferRecord, status: Int = 200) -> ServerResponse {
        CallsAnswers.success(status: status) { json in
            json.required("transferId", record.id)
            json.required("status", record.transfer.state.rawValue)
            json.key("transfer")
            record.write(into: &json)
        }
    }

    // MARK: Reading

    private func reader(_ request: RoutedRequest) throws(RequestFailure) -> Caller {
        let caller = try request.caller
        try gate.checkRate(.read, caller)
        return caller
    }

    private func one(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        answer(try await transfers.find(request["transferId"], for: try reader(request)))
    }

    private func history(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        let caller = try reader(request)
        var filter = TransferFilter()
        filter.before = request.query["before"]
        filter.call = request.query["callId"]
        filter.from = try Self.time(request, "from")
        filter.to = try Self.time(request, "to")
        return list(try await transfers.page(filter, for: caller, limit: 100))
    }

    /// Those at work, and the last 50 that have ended.
    private func status(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        let caller = try reader(request)
        var filter = TransferFilter()
        filter.call = request.query["callId"]
        let all = try await transfers.page(filter, for: caller, limit: 1000)
        let ended = all.filter { $0.endedAt != nil }.prefix(50)
        return list(all.filter { $0.endedAt == nil } + ended)
    }

    private func list(_ records: [TransferRecord]) -> ServerResponse {
        CallsAnswers.success { json in
            json.key("transfers")
            json.beginArray()
            for record in records { record.write(into: &json) }
            json.endArray()
            json.required("seq", transfers.tools.live.hub.last)
        }
    }

    private static func time(_ request: RoutedRequest, _ name: String) throws(RequestFailure) -> Timestamp? {
        guard let text = request.query[name] else { return nil }
        guard let number = Array(text.utf8)[...].integer, 0...1 << 52 ~= number else {
            throw RequestFields.failure("\(name): use a whole number of milliseconds")
        }
        return Timestamp(microseconds: Int64(number) * 1000)
    }

    // MARK: What is possible

    private func health(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        _ = try reader(request)
        let isOnline = transfers.tools.commands.isOnline
        let dialplan = try? await TransferChecks(transfers.tools).dialplan()
        return CallsAnswers.success { json in
            json.required("ami", isOnline ? "up" : "down")
            json.required("redis", "embedded")
            json.key("dialplan")
            let isThere = dialplan.map { $0.managed && $0.queue && $0.transfer }
            json.stringOrNull(isThere.map { $0 ? "up" : "missing" })
        }
    }

    private func capabilities(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        let account = try reader(request).account
        let dialplan = try await TransferChecks(transfers.tools).dialplan()
        let commands = transfers.tools.commands
        let mayMove =
            commands.may(.call) != false
            && (account.extension.isEmpty
                ? account.role >= .manager
                : account.may(.transferCalls, callOf: account.extension))
        return CallsAnswers.success { json in
            json.key("blind")
            json.beginObject()
            Self.write("available", mayMove, into: &json)
            Self.write("returns", dialplan.transfer, into: &json)
            json.endObject()
            json.key("managed")
            json.beginObject()
            let mayRing = mayMove && commands.may(.originate) != false
            Self.write("available", mayRing && dialplan.managed, into: &json)
            json.required("method", "bridge")
            json.endObject()
            json.key("queue")
            json.beginObject()
            Self.write("available", mayMove && dialplan.queue, into: &json)
            json.endObject()
            Self.write("external", account.may(.externalCalls, callOf: account.extension), into: &json)
        }
    }

    private static func write(_ name: StaticString, _ value: Bool, into json: inout JSONWriter) {
        json.key(name)
        json.boolean(value)
    }
}
