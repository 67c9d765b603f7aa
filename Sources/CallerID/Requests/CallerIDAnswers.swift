import Basics
package import HTTP

/// The answers of the HTTP port, in their fixed order of keys; every number of a caller is a string.
package enum CallerIDAnswers {
    static let json: HTTPHeaders = ["Content-Type": "application/json"]

    /// The number handed out.
    static func granted(
        _ number: String,
        areaCode: Digits,
        carrier: String,
        reservedFor: Int,
        to request: SelectionRequest
    ) -> ServerResponse {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        json.key("success")
        json.boolean(true)
        json.required("caller_id", number)
        json.required("area_code", areaCode.description)
        json.required("carrier", carrier)
        json.required("reserved_for", reservedFor)
        json.required("destination", request.destination.digits)
        json.required("agent", request.agent)
        json.required("campaign", request.campaign)
        json.endObject()
        return ServerResponse(status: 200, headers: Self.json, body: json.bytes)
    }

    static func rateLimited(_ agent: String, retryAfter: Int) -> ServerResponse {
        var response = detail(429, "Rate limit exceeded for agent \(agent)")
        response.headers.append("Retry-After", String(retryAfter))
        return response
    }

    static func unavailable(_ reason: Selection.Reason, retryAfter: Int) -> ServerResponse {
        var json = JSONWriter()
        json.beginObject()
        json.required("detail", noneFree)
        json.required("reason", reason.rawValue)
        json.endObject()
        return ServerResponse(
            status: 503,
            headers: ["Content-Type": "application/json", "Retry-After": String(retryAfter)],
            body: json.bytes
        )
    }

    /// The answer when neither Redis nor this process may decide.
    static func undecided(_ reason: Undecided) -> ServerResponse {
        var response = detail(503, reason.rawValue)
        response.headers.append("Retry-After", "1")
        return response
    }

    static let noneFree = "No available caller-IDs at this time"

    /// The answer to a request that lacks parameters: one element for each.
    static func missing(_ names: [String]) -> ServerResponse {
        var json = JSONWriter()
        json.beginObject()
        json.key("detail")
        json.beginArray()
        for name in names {
            json.beginObject()
            json.required("type", "missing")
            json.key("loc")
            json.beginArray()
            json.string("query")
            json.string(name)
            json.endArray()
            json.required("msg", "Field required")
            json.key("input")
            json.null()
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return ServerResponse(status: 422, headers: Self.json, body: json.bytes)
    }

    /// An error in one sentence.
    static func detail(_ status: Int, _ text: String) -> ServerResponse {
        var json = JSONWriter()
        json.beginObject()
        json.required("detail", text)
        json.endObject()
        return ServerResponse(status: status, headers: Self.json, body: json.bytes)
    }

    /// A result with a sentence.
    static func message(_ text: String, _ more: (inout JSONWriter) -> Void = { _ in }) -> ServerResponse {
        var json = JSONWriter()
        json.beginObject()
        json.key("success")
        json.boolean(true)
        json.required("message", text)
        more(&json)
        json.endObject()
        return ServerResponse(status: 200, headers: Self.json, body: json.bytes)
    }

    /// The answers to clients without a token, with a wrong one, and without the role.
    static let accessFailures: AccessFailures = {
        var failures = AccessFailures()
        failures.missing = RequestFailure(status: 403, code: "unauthenticated", "Not authenticated")
        failures.refused = invalidToken
        failures.forbidden = invalidToken
        return failures
    }()

    static let tooManyFailures = "Too many wrong tokens, try again later"

    static let invalidToken = RequestFailure(status: 403, code: "token", "Invalid admin token")

    /// Errors of the router in the same form, with the texts of the original service.
    package static let errors = ErrorFormat { failure, _ in
        switch failure.kind {
        case .unknownPath: detail(404, "Not Found")
        case .methodNotAllowed: detail(405, "Method Not Allowed")
        case .bug: detail(500, "Internal server error")
        case .tooManyFailures: detail(failure.status, tooManyFailures)
        default: detail(failure.status, failure.description)
        }
    }
}

extension JSONWriter {
    mutating func reservation(_ reservation: Reservation) {
        beginObject()
        required("agent", reservation.agent)
        required("campaign", reservation.campaign)
        required("destination", reservation.destination)
        key("reserved_at")
        timestamp(Timestamp(microseconds: reservation.begin))
        key("reserved_until")
        timestamp(Timestamp(microseconds: reservation.end))
        endObject()
    }

    /// A row of `caller_ids` with its keys in the order of the original service; what is not set stands behind them
    /// only when it is.
    mutating func number(_ record: NumberRecord, lastUsed: Timestamp?) {
        beginObject()
        required("id", Int(record.id))
        required("caller_id", record.number.description)
        required("carrier", record.carrier)
        required("area_code", record.areaCode.description)
        key("daily_limit")
        integerOrNull(record.dailyLimit.map { Int($0) })
        key("hourly_limit")
        integerOrNull(record.hourlyLimit.map { Int($0) })
        key("last_used")
        timestampOrNull(lastUsed)
        required("created_at", record.createdAt)
        required("updated_at", record.updatedAt)
        key("meta")
        stringOrNull(record.meta)
        required("is_active", record.isActive ? 1 : 0)
        for (name, value) in [("pool", record.pool), ("trunk", record.trunk)] where !value.isEmpty {
            key(Array(name.utf8)[...])
            string(value)
        }
        for (name, value) in [("route_number", record.route), ("call_type", record.callType)] where !value.isEmpty {
            key(Array(name.utf8)[...])
            string(value)
        }
        endObject()
    }
}
