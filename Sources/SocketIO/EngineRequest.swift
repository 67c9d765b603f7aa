import Basics
package import HTTP

/// What a request to `/socket.io/` asks for.
package enum EngineRequest: Sendable, Equatable {
    package enum Transport: String, Sendable {
        case polling
        case websocket
    }

    /// A new session.
    case open(Transport)
    /// The packets that wait, of a session.
    case poll(String)
    /// Packets for a session.
    case post(String)
    /// A session goes on with a WebSocket.
    case upgrade(String)

    /// Reads method and query.
    package init(_ request: ServerRequest) throws(EngineFailure) {
        guard let transport = request.query["transport"].flatMap({ Transport(rawValue: $0) }) else {
            throw .unknownTransport
        }
        let isUpgrade = request.headers["Upgrade"]?.lowercased() == "websocket"
        guard let session = request.query["sid"] else {
            guard request.method == "GET" else { throw .badMethod }
            guard request.query["EIO"] == "4" else { throw .unsupportedVersion }
            guard isUpgrade == (transport == .websocket) else { throw .badRequest }
            self = .open(transport)
            return
        }
        switch (transport, request.method) {
        case (.polling, "GET") where !isUpgrade: self = .poll(session)
        case (.polling, "POST"): self = .post(session)
        case (.websocket, "GET") where isUpgrade: self = .upgrade(session)
        default: throw .badRequest
        }
    }
}

/// Why a request is refused, with the codes of the JavaScript server.
package enum EngineFailure: Int, Error, Sendable, CaseIterable {
    case unknownTransport = 0
    case unknownSession = 1
    case badMethod = 2
    case badRequest = 3
    case forbidden = 4
    case unsupportedVersion = 5

    package var message: String {
        switch self {
        case .unknownTransport: "Transport unknown"
        case .unknownSession: "Session ID unknown"
        case .badMethod: "Bad handshake method"
        case .badRequest: "Bad request"
        case .forbidden: "Forbidden"
        case .unsupportedVersion: "Unsupported protocol version"
        }
    }

    /// 403 for `forbidden`, else 400, and `{"code":…,"message":"…"}`.
    package var response: ServerResponse {
        var json = JSONWriter()
        json.beginObject()
        json.required("code", rawValue)
        json.required("message", message)
        json.endObject()
        return ServerResponse(
            status: self == .forbidden ? 403 : 400,
            headers: ["Content-Type": "application/json"],
            body: json.bytes
        )
    }
}
