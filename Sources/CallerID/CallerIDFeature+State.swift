import Basics
import Daemon
import HTTP
import Redis

/// What the service says of itself over HTTP.
extension CallerIDFeature {
    static let about: ServerResponse = {
        let endpoints: [(StaticString, String)] = [
            ("health", "/health"), ("next_cid", "/next-cid?to=<number>&campaign=<name>&agent=<name>"),
            ("add_number", "/add-number (POST, requires auth)"), ("dashboard", "/dashboard (requires auth)"),
            ("stats", "/api/stats (requires auth)"),
        ]
        var json = JSONWriter()
        json.beginObject()
        json.required("service", "VICIdial Caller-ID Rotation API")
        json.required("version", Version.number)
        json.required("status", "running")
        json.key("endpoints")
        json.beginObject()
        for (name, text) in endpoints { json.required(name, text) }
        json.endObject()
        json.endObject()
        return ServerResponse(status: 200, headers: CallerIDAnswers.json, body: json.bytes)
    }()

    static func health(_ service: CallerIDService) -> ServerResponse {
        let error = service.engine.figures.problem ?? service.numbers.problem
        let isUndecided = service.shared?.isUndecided == true
        let state = isUndecided ? "unhealthy" : service.problem == nil ? "healthy" : "degraded"
        var json = JSONWriter()
        json.beginObject()
        json.required("status", state)
        json.key("timestamp")
        json.timestamp(Timestamp.now())
        json.required("database", error == nil ? "healthy" : "unhealthy")
        json.optional("error", error)
        json.key("redis")
        json.redis(service.shared)
        json.required("version", Version.number)
        json.endObject()
        return ServerResponse(status: isUndecided ? 503 : 200, headers: CallerIDAnswers.json, body: json.bytes)
    }

    static func stats(_ service: CallerIDService) -> ServerResponse {
        let figures = service.engine.figures.selection
        let recent = service.recent.figures(at: Timestamp.now().microseconds)
        var json = JSONWriter()
        json.beginObject()
        json.required("total_caller_ids", figures.total)
        json.required("active_caller_ids", figures.active)
        json.required("active_reservations", figures.reservations)
        json.required("requests_last_hour", recent.count)
        json.key("avg_response_time_ms")
        json.number((recent.milliseconds * 1000).rounded() / 1000)
        json.key("timestamp")
        json.timestamp(Timestamp.now())
        json.endObject()
        return ServerResponse(status: 200, headers: CallerIDAnswers.json, body: json.bytes)
    }
}

extension JSONWriter {
    /// What is known of Redis, for `/health`.
    fileprivate mutating func redis(_ shared: SharedEngine?) {
        beginObject()
        defer { endObject() }
        guard let shared else { return required("status", "disabled") }
        let error = shared.problem
        required("status", error == nil ? "healthy" : "unhealthy")
        optional("error", error)
        guard let info = shared.info else { return }
        required("connected_clients", info.connectedClients)
        required("used_memory", info.usedMemory)
        required("uptime_seconds", info.uptimeSeconds)
    }
}
