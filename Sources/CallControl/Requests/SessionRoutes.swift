import Basics
import HTTP

/// What clients keep in their sessions, below `/api/redis/sessions`: an object of their own, and a list of events.
///
/// A session is named by its place, such as `user_1001`. Users see their own, administrators all; any other one is not
/// found.
struct SessionRoutes: Sendable {
    let logins: LoginService

    private static let path = "/api/redis/sessions"
    /// The longest data of a session, and of one event in it, in bytes.
    private static let (longestData, longestEvent) = (32 << 10, 4 << 10)

    var routes: [Route] {
        let session = Self.path + "/{sessionId}"
        return [
            Route(.get, session, access: .authenticated) { try await show($0) },
            Route(.put, session, access: .authenticated) { try await replace($0) },
            Route(.delete, session, access: .authenticated) { try await end($0) },
            Route(.get, session + "/events", access: .authenticated) { try await events($0) },
            Route(.post, session + "/events", access: .authenticated) { try await append($0) },
        ]
    }

    private func session(_ request: RoutedRequest) throws(RequestFailure) -> SessionState {
        guard let state = logins.session(at: request["sessionId"], for: try request.caller) else {
            throw CallsFailure.sessionNotFound.because("Session not found")
        }
        return state
    }

    private func show(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        let state = try session(request)
        let data = try await LoginRoutes.answered { () async throws(LoginError) in
            try await logins.data(of: state.session.id)
        }
        return Self.answer(state, data)
    }

    private func replace(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        let state = try session(request)
        var fields = try RequestFields(request)
        guard let value = try fields.object("data") else { throw RequestFields.failure("data is missing") }
        let version = try fields.integer("version")
        try fields.finish()
        let data = try Self.text(of: value, most: Self.longestData)
        let changed = try await LoginRoutes.answered { () async throws(LoginError) in
            try await logins.replaceData(of: state.session.id, data, version: version)
        }
        guard let changed else { throw CallsFailure.versionConflict.because("Session was changed meanwhile") }
        return Self.answer(changed, data)
    }

    private func end(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        let state = try session(request)
        try RequestFields(request).finish()
        try await LoginRoutes.answered { () async throws(LoginError) in
            try await logins.end(state.session.id, .revoked)
        }
        return CallsAnswers.success()
    }

    private func events(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        let state = try session(request)
        let after = try request.position ?? 0
        var limit = 100
        if let text = request.query["limit"] {
            guard let number = Array(text.utf8)[...].integer, 1...SessionDataRows.mostEvents ~= number else {
                throw RequestFields.failure("limit: use 1 to \(SessionDataRows.mostEvents)")
            }
            limit = number
        }
        let events = try await LoginRoutes.answered { [limit] () async throws(LoginError) in
            try await logins.use { store in try store.events(of: state.session.id, after: after, limit: limit) }
        }
        return CallsAnswers.success { json in
            json.key("events")
            json.beginArray()
            for event in events {
                json.beginObject()
                json.required("id", event.id)
                json.required("type", event.type)
                json.milliseconds("timestamp", event.time)
                json.key("data")
                json.raw(Array(event.data.utf8)[...])
                json.endObject()
            }
            json.endArray()
        }
    }

    private func append(_ request: RoutedRequest) async throws(RequestFailure) -> ServerResponse {
        let state = try session(request)
        var fields = try RequestFields(request)
        let type = try fields.required("type")
        let value = try fields.object("data") ?? .object([])
        try fields.finish()
        guard Self.isEventType(type) else {
            throw RequestFields.failure("type: use a small letter, then at most 39 of a-z 0-9 : _ -")
        }
        let data = try Self.text(of: value, most: Self.longestEvent)
        let now = logins.configuration.clock()
        let id = try await LoginRoutes.answered { () async throws(LoginError) in
            try await logins.use { store in try store.appendEvent(type, data, to: state.session.id, at: now) }
        }
        return CallsAnswers.success(status: 201) { $0.required("id", id) }
    }

    private static func isEventType(_ text: String) -> Bool {
        let isLetter = { (byte: UInt8) in UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte }
        guard 1...40 ~= text.utf8.count, let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || ASCII.isDigit($0) || ":_-".utf8.contains($0) }
    }

    private static func text(of value: JSONValue, most: Int) throws(RequestFailure) -> String {
        var json = JSONWriter()
        json.value(value)
        guard json.bytes.count <= most else { throw RequestFields.failure("data: at most \(most) bytes") }
        return json.text
    }

    private static func answer(_ state: SessionState, _ data: String) -> ServerResponse {
        CallsAnswers.success { json in
            json.key("session")
            json.session(state, data: data)
        }
    }
}

extension JSONWriter {
    /// - Parameter data: JSON; `nil` where clients are told of the session only.
    mutating func session(_ state: SessionState, data: String? = nil) {
        beginObject()
        required("sessionId", state.place)
        required("username", state.session.username)
        required("extension", state.extension)
        milliseconds("createdAt", state.session.begin)
        milliseconds("expiresAt", state.session.end)
        milliseconds("lastSeen", state.mark.lastSeen)
        if let data {
            key("data")
            raw(Array(data.utf8)[...])
        }
        key("lastAck")
        if let acknowledged = state.mark.acknowledged { integer(acknowledged) } else { null() }
        required("version", state.version)
        endObject()
    }
}

extension EventObject {
    static func session(_ state: SessionState) -> EventObject {
        EventObject(key: "session:\(state.place)", life: .until(state.session.end))
    }
}

extension EventHub {
    /// Tells a user and administrators that a session of the user has changed.
    func publish(_ change: SessionChange, of state: SessionState) {
        let phone = Array(state.extension.utf8)
        let audience = EventAudience(
            scope: .owner(state.session.username),
            extensions: phone.isEmpty ? [] : [phone],
            object: Array(state.place.utf8)
        )
        var object = EventObject.session(state)
        if change == .ended { object.life = .over }
        publish(change.rawValue, to: audience, about: object) { json in
            json.session(state)
        } members: { json in
            json.required("extension", state.extension)
        }
    }
}
