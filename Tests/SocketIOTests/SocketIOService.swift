import Basics
import HTTP
import TestSupport

@testable import SocketIO

/// Accepts the token `T`, sends an event at once, and answers `subscribe` and `ping:server`.
final class CallsHandler: SocketIOHandler {
    struct Log {
        var sessions: [SocketIOSession] = []
        var events: [SocketIOEvent] = []
        var ends: [SocketIOEnd] = []
        var drained = 0
    }

    private let log = Lock(Log())

    var noted: Log {
        log.withLock { log in
            Log(
                sessions: log.sessions.unshared,
                events: log.events.unshared,
                ends: log.ends.unshared,
                drained: log.drained
            )
        }
    }

    static let established = PushedEvent(
        id: 1,
        type: "call:established",
        key: nil,
        json: Array(#"{"callId":"call_1"}"#.utf8)
    )

    func connecting(_ session: SocketIOSession, _ data: JSONValue?) {
        guard data?["token"]?.string == "T" else { return session.refuse("Unauthorized") }
        session.accept()
        session.send(Self.established)
        log.withLock { $0.sessions.append(session) }
    }

    func received(_ event: SocketIOEvent, from session: SocketIOSession) {
        log.withLock { $0.events.append(event) }
        session.acknowledge(event, json: Array(#"{"success":true,"rooms":["extension:1001"]}"#.utf8))
    }

    func drained(_ session: SocketIOSession) { log.withLock { $0.drained += 1 } }

    func disconnected(_ session: SocketIOSession, _ end: SocketIOEnd) { log.withLock { $0.ends.append(end) } }

    /// Waits until a client is connected.
    func session() async throws -> SocketIOSession {
        try await eventually("a client is connected") { !noted.sessions.isEmpty }
        return noted.sessions[0]
    }

    /// Waits until so many connections have ended; why each did.
    func ends(_ count: Int = 1) async throws -> [SocketIOEnd] {
        try await eventually("\(count) connections have ended") { noted.ends.count >= count }
        return noted.ends
    }
}

/// A server of Socket.IO, and a client that polls.
struct SocketIOService {
    let handler = CallsHandler()
    let clients: SocketIOServer
    let server: HTTPServer
    let http: HTTPClient

    var port: UInt16 { server.port }

    init(_ change: (inout SocketIOServer.Configuration) -> Void = { _ in }) throws {
        var configuration = SocketIOServer.Configuration()
        configuration.tick = .milliseconds(20)
        change(&configuration)
        var sockets = WebSockets.Configuration()
        sockets.tick = .milliseconds(20)
        clients = SocketIOServer(configuration, on: try WebSockets(sockets), handler: handler)
        let router = try Router(clients.routes)
        var options = HTTPServerOptions(.threads(2))
        options.connectionLimit = 200
        server = try HTTPServer(host: "127.0.0.1", port: 0, options: options, router: router)
        http = try HTTPClient()
    }

    func stop() async throws {
        let (clients, server) = (clients, server)
        try await Thread.run("stop") {
            clients.stop()
            server.stop()
        }
    }

    /// Status and body of an answer.
    func get(_ query: String) async throws -> (status: Int, text: String) {
        let answer = try await http.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/socket.io/?\(query)"))
        return (answer.status, answer.text)
    }

    func post(_ query: String, _ body: String) async throws -> (status: Int, text: String) {
        let url = "http://127.0.0.1:\(port)/socket.io/?\(query)"
        let request = HTTPRequest(.post, url, headers: ["Content-Type": "text/plain"], body: .bytes(Array(body.utf8)))
        let answer = try await http.send(request)
        return (answer.status, answer.text)
    }

    /// Opens a session that polls; the query of its requests.
    func open() async throws -> String {
        let (status, text) = try await get("EIO=4&transport=polling")
        let packet = try EnginePacket(decoding: Array(text.utf8)[...])
        let data = try JSONParser.parse(packet.data)
        let id = data["sid"]?.string ?? ""
        guard status == 200, packet.kind == .open, id.utf8.count == 22 else { throw Unexpected(text) }
        return "EIO=4&transport=polling&sid=\(id)"
    }

    /// Opens a session that polls, and connects it.
    func connect() async throws -> String {
        let query = try await open()
        _ = try await post(query, #"40{"token":"T"}"#)
        var packets: [String] = []
        while packets.count < 2 {
            let more = try await get(query).text.split(separator: "\u{1e}").map { String($0) }
            packets += more.filter { $0 != "2" }
        }
        guard packets[0].hasPrefix(#"40{"sid":""#), packets[1].hasPrefix("42[") else { throw Unexpected("\(packets)") }
        return query
    }

    func webSocket(_ query: String = "EIO=4&transport=websocket") async throws -> WebSocketPeer {
        try await WebSocketPeer.connect(port: port, "/socket.io/?\(query)")
    }

    struct Unexpected: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}
