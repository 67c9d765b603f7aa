import HTTP
import SocketIO

/// Events over sockets: `/ws`, and `/socket.io/` with both of its transports.
struct SocketRoutes: Sendable {
    private let clients: EventClients
    private let sockets: WebSockets
    private let socketIO: SocketIOServer
    private let webSocketCount = ClientCount()

    /// - Parameter sockets: carry both.
    init(_ clients: EventClients, on sockets: WebSockets) {
        self.clients = clients
        self.sockets = sockets
        socketIO = SocketIOServer(on: sockets, handler: SocketIOClients(clients)) { request throws(RequestFailure) in
            try clients.seat(user: nil, request)
        }
    }

    /// The clients at `/ws`, and those of Socket.IO.
    var counts: (webSocket: Int, socketIO: Int) { (webSocketCount.value, socketIO.count) }

    var routes: [Route] {
        [.immediate(.get, "/ws", access: .authenticated) { try open($0) }] + socketIO.routes
    }

    private func open(_ request: RoutedRequest) throws(RequestFailure) -> ServerResponse {
        let caller = try request.caller
        return try request.webSocket(
            on: sockets,
            protocols: [EventSocketProtocol.name],
            seat: try clients.seat(user: caller.account.username, request),
            handler: EventSocketClient(clients, caller, after: try request.position, webSocketCount)
        )
    }

    /// Ends the sessions of Socket.IO; the server ends the sockets.
    func stop() { socketIO.stop() }
}
