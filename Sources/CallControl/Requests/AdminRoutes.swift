import AMI
import Basics
import HTTP
import LiveCalls

/// What only administrators see: the audit, and the connections to the PBX.
struct AdminRoutes: Sendable {
    let service: CommandService
    let gate: CommandGate
    /// The connection that brings the events.
    let events: AMIClient
    let figures: LiveFigures

    private static let access = Access.roles([CallRole.admin.rawValue])

    var routes: [Route] {
        [
            Route(.get, "/api/admin/audit", access: Self.access) { try await audit($0) },
            .immediate(.get, "/api/admin/ami/connections", access: Self.access) { request in
                try gate.checkRate(.read, try request.caller)
                return connections
            },
        ]
    }

    private func audit(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        try gate.checkRate(.read, try request.caller)
        let from = try Self.number(request, "from")
        let entries = try await gate.page(
            user: request.query["user"],
            action: request.query["action"],
            from: from.map { Timestamp(microseconds: Int64($0) * 1000) },
            before: try Self.number(request, "before") ?? .max
        )
        return CallsAnswers.success { json in
            json.key("entries")
            json.beginArray()
            for entry in entries { entry.write(into: &json) }
            json.endArray()
        }
    }

    private static func number(_ request: RoutedRequest, _ name: String) throws(RequestFailure) -> Int? {
        guard let text = request.query[name] else { return nil }
        guard let number = Array(text.utf8)[...].integer, 0...1 << 52 ~= number else {
            throw RequestFields.failure("\(name): use a whole number")
        }
        return number
    }

    private var connections: ServerResponse {
        let commands = service.commands
        let sync = service.live.sync
        return CallsAnswers.success { json in
            json.key("connections")
            json.beginArray()
            write("events", events.status, pending: commands.lines.isEmpty ? commands.pendingCount : 0, into: &json)
            for line in commands.lines { write("commands", line.status, pending: line.pending, into: &json) }
            json.endArray()
            json.key("sync")
            json.beginObject()
            json.required("state", sync.word)
            json.key("at")
            json.integerOrNull(Self.milliseconds(sync.time))
            json.required("repairs", figures.repairs.value)
            json.endObject()
            json.key("leader")
            json.boolean(true)
            json.key("rights")
            json.beginObject()
            for right in AMIRight.commands {
                json.key(Array(right.rawValue.utf8)[...])
                if let isThere = commands.may(right) { json.boolean(isThere) } else { json.null() }
            }
            json.endObject()
        }
    }

    private func write(_ purpose: String, _ status: AMIClient.Status, pending: Int, into json: inout JSONWriter) {
        json.beginObject()
        json.required("purpose", purpose)
        json.required("state", status.isOnline ? "online" : "offline")
        json.key("since")
        json.integerOrNull(Self.milliseconds(status.since))
        json.key("version")
        json.stringOrNull(status.greeting.isEmpty ? nil : status.greeting)
        json.required("reconnects", max(status.logins - 1, 0))
        json.key("eventsPerSecond")
        json.numberOrNull(purpose == "events" ? service.live.eventRate : nil)
        json.required("pendingActions", pending)
        json.key("lastError")
        json.stringOrNull(status.lastError.map { "\($0)" })
        json.endObject()
    }

    private static func milliseconds(_ time: Timestamp?) -> Int? { time.map { Int($0.microseconds / 1000) } }
}

extension SyncState {
    /// When the model agreed with the lists last, or since when the connection is lost.
    var time: Timestamp? {
        switch self {
        case .waiting, .syncing: nil
        case .synced(let time), .down(let time): time
        }
    }
}
