import Basics
import HTTP
import TestSupport
import Testing

@testable import CallControl

/// The sockets of the service with a hub of their own, and a clock that stands still.
final class SocketsPort: Sendable {
    let logins: LoginsTesting
    let hub: EventHub
    let routes: SocketRoutes
    let drops: [ClientDrop: Counter]
    private let server: HTTPServer

    var port: UInt16 { server.port }

    init(_ commands: SocketCommands = .none) async throws {
        logins = try await LoginsTesting()
        drops = Dictionary(uniqueKeysWithValues: ClientDrop.allCases.map { ($0, Counter()) })
        let figures = EventFigures(published: Counter(), fanout: Histogram(bounds: [1]), drops: drops)
        hub = EventHub(reserved: 0, figures: figures) { _, done in done(true) }
        let clients = EventClients(
            hub: hub,
            logins: logins.logins,
            seats: ClientSeats(),
            figures: figures,
            commands: commands
        )
        let sockets = try await Thread.run("start") { Result { () throws(SystemError) in try WebSockets() } }.get()
        routes = SocketRoutes(clients, on: sockets)
        var settings = Router.Configuration()
        settings.authentication = .calls(logins.logins)
        settings.accessFailures = CallsAnswers.accessFailures
        settings.errors = CallsAnswers.errors
        var options = HTTPServerOptions(.threads(2))
        options.connectionLimit = 200
        server = try HTTPServer(host: "127.0.0.1", port: 0, options: options, router: Router(routes.routes, settings))
    }

    func stop() async throws {
        try await Thread.run("stop") { [routes, server] in
            routes.stop()
            server.stop()
        }
    }

    /// Publishes an event about a call, and returns its number.
    @discardableResult
    func publish(_ call: String, of extensions: String..., type: String = "call:updated") -> Int {
        let audience = EventAudience(extensions: extensions.map { Array($0.utf8) }, object: Array(call.utf8))
        hub.publish(type, to: audience) { $0.required("callId", call) }
        return hub.last
    }

    /// Opens a WebSocket with a token, and reads the first frame; the number in it.
    func open(_ token: String, _ query: String = "") async throws -> (peer: WebSocketPeer, last: Int) {
        let header = "Authorization: Bearer \(token)"
        let peer = try await WebSocketPeer.connect(port: port, "/ws\(query)", headers: [header])
        let hello = try await peer.json()
        #expect(hello["type"]?.string == "hello")
        return (peer, hello["seq"]?.integer ?? 0)
    }
}

extension WebSocketPeer {
    /// The next frame of text, as JSON.
    func json() async throws -> JSONValue { try JSONParser.parse(try await text()) }

    /// The next event.
    func event() async throws -> JSONValue {
        let frame = try await json()
        return try #require(frame["event"], "\(frame)")
    }

    /// The code of the next frame, which is an error.
    func error() async throws -> String { try await json()["code"]?.string ?? "" }
}
