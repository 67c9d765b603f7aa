import Basics
import TestSupport

@testable import HTTP

/// Answers each message with itself, and notes what happens.
final class EchoHandler: WebSocketHandler {
    struct Log {
        var sockets: [WebSocket] = []
        var messages: [String] = []
        var ends: [WebSocketEnd] = []
        var drained = 0
    }

    private let log = Lock(Log())
    private let greeting: String?
    /// What the message "pause" begins.
    let pause = Pause()

    init(greeting: String? = nil) { self.greeting = greeting }

    var noted: Log {
        log.withLock { log in
            Log(
                sockets: log.sockets.unshared,
                messages: log.messages.unshared,
                ends: log.ends.unshared,
                drained: log.drained
            )
        }
    }

    func opened(_ socket: WebSocket) {
        log.withLock { $0.sockets.append(socket) }
        if let greeting { socket.send(text: Array(greeting.utf8)) }
    }

    func received(_ text: [UInt8], on socket: WebSocket) {
        log.withLock { $0.messages.append(text[...].text) }
        if text == Array("pause".utf8) { pause.stand() }
        socket.send(text: text)
    }

    func drained(_ socket: WebSocket) { log.withLock { $0.drained += 1 } }

    func closed(_ socket: WebSocket, _ end: WebSocketEnd) { log.withLock { $0.ends.append(end) } }

    /// Waits until so many sockets are closed; why each was.
    func ends(_ count: Int = 1) async throws -> [WebSocketEnd] {
        try await eventually("\(count) sockets are closed") { noted.ends.count >= count }
        return noted.ends
    }

    /// Waits until so many sockets are open.
    func sockets(_ count: Int = 1) async throws -> [WebSocket] {
        try await eventually("\(count) sockets are open") { noted.sockets.count >= count }
        return noted.sockets
    }
}

/// A time that stands still until it is moved, or goes on from there.
final class ManualClock: Sendable {
    private typealias Instant = ContinuousClock.Instant

    private let state = Lock<(time: Instant, runsSince: Instant?)>((.now, nil))

    var now: ContinuousClock.Instant {
        state.withLock { $0.runsSince.map { [time = $0.time] in time + (.now - $0) } ?? $0.time }
    }

    func advance(by duration: Duration) { state.withLock { $0.time += duration } }

    func run() { state.withLock { $0.runsSince = .now } }
}

/// Makes a thread stand still, as a machine without power to compute does.
final class Pause: Sendable {
    private let state = Condition((hasBegun: false, hasEnded: false))

    /// Blocks until `end`.
    func stand() {
        state.change { $0.hasBegun = true }
        state.wait { $0.hasEnded ? () : nil }
    }

    var hasBegun: Bool { state.wait { $0.hasBegun } }

    func end() { state.change { $0.hasEnded = true } }
}

/// A server with WebSockets at `/ws`.
struct WebSocketService {
    let sockets: WebSockets
    let server: HTTPServer
    let handler: EchoHandler

    var port: UInt16 { server.port }

    init(
        _ handler: EchoHandler = EchoHandler(),
        heartbeat: WebSocketHeartbeat = .ping,
        mode: HTTPServerOptions.Mode = .oneThread,
        tls: HTTPServerOptions.TLS? = nil,
        _ change: (inout WebSockets.Configuration) -> Void = { _ in }
    ) throws {
        var configuration = WebSockets.Configuration()
        configuration.tick = .milliseconds(20)
        change(&configuration)
        let sockets = try WebSockets(configuration)
        let router = try Router([
            .immediate(.get, "/ws", access: .open) { request in
                try request.webSocket(on: sockets, protocols: ["test.v1"], heartbeat: heartbeat, handler: handler)
            },
            Route(.get, "/later", access: .open) { request in
                await Task.yield()
                return try request.webSocket(on: sockets, handler: handler)
            },
        ])
        var options = HTTPServerOptions(mode)
        options.connectionLimit = 6000
        options.maxHeadBytes = 8 << 10
        options.tls = tls
        (self.sockets, self.handler) = (sockets, handler)
        server = try HTTPServer(host: "127.0.0.1", port: 0, options: options, router: router)
    }

    func connect(_ target: String = "/ws", headers: [String] = [], more: [UInt8] = []) async throws -> WebSocketPeer {
        try await WebSocketPeer.connect(port: port, target, headers: headers, more: more)
    }

    func stop() async throws {
        let server = server
        try await Thread.run("stop") { server.stop() }
    }
}
