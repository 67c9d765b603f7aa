import Basics
package import HTTP

/// A server of Socket.IO 5 over Engine.IO 4 at `/socket.io/`, with the transports websocket and polling and the
/// namespace `/`.
///
/// **Format.** The client opens an Engine.IO session, gets its id and the times of pings (`0{…}`), and asks to be
/// connected (`40{"token":"…"}`); `40{"sid":"…"}` or `44{"message":"…"}` answers. Then events go both ways
/// (`42["name",{…}]`, with an id `421[…]`, answered by `431[…]`). The server pings (`2`), the client answers (`3`).
/// `EnginePacket` and `SocketIOPacket` are the packets.
///
/// **Invariants.** Nothing is sent before the answer to `40` but `0` and pings. Binary data is refused. A session
/// without an accepted connection ends after `connectTimeout`; one that does not answer a ping after `pingTimeout`. An
/// event for many clients is encoded once for those with WebSockets, and once for those that poll.
///
/// A request that polls is a handler that waits: `HTTPServerOptions.handlerLimit` bounds them.
///
/// ```swift
/// let clients = SocketIOServer(on: sockets, handler: handler)
/// let router = try Router(clients.routes + others)
/// ```
package final class SocketIOServer: Sendable {
    package typealias Admission = @Sendable (RoutedRequest) throws(RequestFailure) -> ClientSeat?

    private let hub: SocketIOHub
    private let sockets: WebSockets
    private let admit: Admission
    private let watch: Task<Void, Never>

    /// - Parameters:
    ///   - sockets: carry the sessions with WebSockets; their limit of a message counts.
    ///   - admit: called for each new session, whose client is not known yet; returns what counts it.
    package init(
        _ configuration: Configuration = Configuration(),
        on sockets: WebSockets,
        handler: any SocketIOHandler,
        admit: @escaping Admission = { _ throws(RequestFailure) in nil }
    ) {
        let hub = SocketIOHub(configuration, handler)
        (self.hub, self.sockets, self.admit) = (hub, sockets, admit)
        watch = Task {
            while !Task.isCancelled {
                let now = ContinuousClock.now
                for session in hub.all { session.check(at: now) }
                try? await Task.sleep(for: configuration.tick)
            }
        }
    }

    deinit { watch.cancel() }

    /// The number of sessions.
    package var count: Int { hub.count }

    /// Ends all sessions.
    package func stop() {
        watch.cancel()
        for session in hub.all { session.end(.service, .goingAway, "the server stops") }
    }

    /// The routes of `/socket.io/`, open to all: a client shows its token when it asks to be connected.
    package var routes: [Route] {
        var options = Route.Options()
        options.bodyLimit = hub.configuration.maxPayload
        options.deadline = hub.configuration.pingInterval + hub.configuration.pingTimeout + .seconds(5)
        options.answersHead = false
        return [
            Route(.get, "/socket.io/", access: .open, options: options) { [self] in try await answer($0) },
            Route(.post, "/socket.io/", access: .open, options: options) { [self] in try await answer($0) },
        ]
    }

    private func answer(_ request: RoutedRequest) async throws -> ServerResponse {
        do {
            switch try EngineRequest(request.request) {
            case .open(.polling):
                let session = try add(session(for: request))
                return Self.text(hub.configuration.open(session.id, upgrades: true))
            case .open(.websocket):
                let session = try session(for: request)
                let response = try webSocket(request, session, isProbe: false)
                _ = try add(session)
                return response
            case .poll(let id): return Self.text(try await session(id).poll())
            case .post(let id):
                try session(id).post(request.body[...])
                return Self.text(Array("OK".utf8))
            case .upgrade(let id): return try webSocket(request, session(id), isProbe: true)
            }
        } catch let failure as EngineFailure {
            return failure.response
        }
    }

    private func session(_ id: String) throws(EngineFailure) -> SocketIOSession {
        guard let session = hub.session(id) else { throw .unknownSession }
        return session
    }

    private func session(for request: RoutedRequest) throws(RequestFailure) -> SocketIOSession {
        SocketIOSession(hub, address: request.client.address, seat: try admit(request))
    }

    private func add(_ session: SocketIOSession) throws(RequestFailure) -> SocketIOSession {
        guard hub.add(session) else {
            throw RequestFailure(.busy, "too many clients are connected", headers: ["Retry-After": "10"])
        }
        return session
    }

    private func webSocket(
        _ request: RoutedRequest,
        _ session: SocketIOSession,
        isProbe: Bool
    ) throws(RequestFailure) -> ServerResponse {
        let configuration = hub.configuration
        let heartbeat = WebSocketHeartbeat(
            frame: SharedFrame(WebSocketFrame.text(EnginePacket(.ping).encoded[...])),
            interval: configuration.pingInterval,
            timeout: configuration.pingTimeout
        )
        return try request.webSocket(
            on: sockets,
            heartbeat: heartbeat,
            handler: EngineSocket(session, isProbe: isProbe)
        )
    }

    private static func text(_ body: [UInt8]) -> ServerResponse {
        ServerResponse(status: 200, headers: ["Content-Type": "text/plain; charset=UTF-8"], body: body)
    }
}
