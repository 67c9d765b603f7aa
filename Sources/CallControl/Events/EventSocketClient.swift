import Basics
import HTTP
import Synchronization

/// Connects a WebSocket at `/ws` with the hub.
final class EventSocketClient: WebSocketHandler {
    private let clients: EventClients
    private let connection: EventConnection
    private let position: Int?
    private let count: ClientCount

    /// - Parameter position: the last event that the client has; `nil` when it does not say.
    init(_ clients: EventClients, _ caller: Caller, after position: Int?, _ count: ClientCount) {
        self.clients = clients
        self.position = position
        self.count = count
        connection = EventConnection(clients, caller)
    }

    func opened(_ socket: WebSocket) {
        count.add(1)
        let last = clients.hub.last
        socket.send(text: EventSocketProtocol.hello(last))
        connection.listen(socket, after: position, last: last) { [weak socket] code in
            socket?.send(text: EventSocketProtocol.error(code))
            socket?.close(.loginEnded, code)
        }
    }

    func received(_ text: [UInt8], on socket: WebSocket) {
        do throws(RequestFailure) { try perform(text, socket) } catch {
            socket.send(text: EventSocketProtocol.error(error.callsCode, error.description))
        }
    }

    private func perform(_ text: [UInt8], _ socket: WebSocket) throws(RequestFailure) {
        guard let value = try? JSONParser.parse(text[...]) else {
            throw RequestFields.failure("the message is not JSON")
        }
        var fields = try RequestFields(value, of: "the message")
        switch try fields.required("type") {
        case "subscribe": _ = try connection.subscribe(&fields, socket)
        case "unsubscribe": _ = try connection.unsubscribe(&fields, socket)
        case "ack": try connection.acknowledge(&fields)
        case "auth": _ = try connection.renew(&fields)
        default: throw RequestFields.failure("type: use subscribe, unsubscribe, ack or auth")
        }
    }

    func drained(_ socket: WebSocket) { clients.hub.goOn(socket) }

    func closed(_ socket: WebSocket, _ end: WebSocketEnd) {
        count.add(-1)
        clients.hub.leave(socket)
        switch end {
        case .slow: clients.figures.drop(.slow)
        case .silent: clients.figures.drop(.silent)
        case .refused: clients.figures.drop(.refused)
        case .client, .service, .lost: break
        }
    }
}

/// How many clients of one kind are connected.
final class ClientCount: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }

    func add(_ amount: Int) { count.wrappingAdd(amount, ordering: .relaxed) }
}
