import Basics
import HTTP
import SocketIO

/// Connects the clients of Socket.IO with the hub.
///
/// From clients, each answered with `{"success":…}`: `subscribe {rooms,after}`, `unsubscribe {rooms}`, `ack {id}`,
/// `auth:refresh {token}`, `agent:status {status,reason}`, `ping:server`. To clients: each event under its type, and
/// `auth:expired {code}` before the service closes because the login has ended.
final class SocketIOClients: SocketIOHandler {
    private let clients: EventClients
    /// The connection that each session has now.
    private let open = Lock<[ObjectIdentifier: SocketIOClient]>([:])

    init(_ clients: EventClients) { self.clients = clients }

    private func client(_ session: SocketIOSession) -> SocketIOClient? {
        open.withLock { $0[ObjectIdentifier(session)] }
    }

    func connecting(_ session: SocketIOSession, _ data: JSONValue?) {
        let logins = clients.logins
        guard let token = data?["token"]?.string,
            case .success(let caller) = logins.caller(of: token, at: logins.configuration.clock())
        else { return session.refuse("Unauthorized") }
        do throws(ClientSeats.Refusal) { try session.seat?.identify(user: caller.account.username) } catch {
            return session.refuse(EventClients.isFull.description)
        }
        let client = SocketIOClient(session, EventConnection(clients, caller))
        open.withLock { $0[ObjectIdentifier(session)] = client }
        let last = clients.hub.last
        session.accept()
        client.connection.listen(client, after: data?["after"]?.integer, last: last) { [weak session] code in
            session?.send("auth:expired", json: EventSocketProtocol.code(code))
            session?.close(.loginEnded, code)
        }
    }

    func received(_ event: SocketIOEvent, from session: SocketIOSession) {
        guard let client = client(session) else { return }
        if event.name == "agent:status" { return command(event, client) }
        session.acknowledge(
            event,
            json: SocketAnswer.json { json throws(RequestFailure) in try answer(event, client, &json) }
        )
    }

    /// Does what a client asks for, and writes what the answer has beside `success`.
    private func answer(
        _ event: SocketIOEvent,
        _ client: SocketIOClient,
        _ json: inout JSONWriter
    ) throws(RequestFailure) {
        var fields = try Self.fields(event)
        switch event.name {
        case "subscribe": json.subscription(try client.connection.subscribe(&fields, client))
        case "unsubscribe": json.subscription(try client.connection.unsubscribe(&fields, client))
        case "ack": try client.connection.acknowledge(&fields)
        case "auth:refresh": json.milliseconds("expiresAt", try client.connection.renew(&fields))
        case "ping:server":
            try fields.finish()
            json.milliseconds("timestamp", .now())
        default: throw RequestFields.failure("\(event.name.prefix(40)) is no event of this service")
        }
    }

    private static func fields(_ event: SocketIOEvent) throws(RequestFailure) -> RequestFields {
        try RequestFields(event.arguments.first ?? .object([]), of: "the argument")
    }

    private func command(_ event: SocketIOEvent, _ client: SocketIOClient) {
        Task {
            let answer = await SocketAnswer.later { () async throws(RequestFailure) in
                var fields = try Self.fields(event)
                try await client.connection.setAgentStatus(&fields)
            }
            client.session.acknowledge(event, json: answer)
        }
    }

    func drained(_ session: SocketIOSession) {
        if let client = client(session) { clients.hub.goOn(client) }
    }

    func disconnected(_ session: SocketIOSession, _ end: SocketIOEnd) {
        guard let client = open.withLock({ $0.removeValue(forKey: ObjectIdentifier(session)) }) else { return }
        client.finish()
        // The hub itself may be what ends the session, with its lock held.
        Task { [hub = clients.hub] in hub.leave(client) }
        switch end {
        case .slow: clients.figures.drop(.slow)
        case .silent: clients.figures.drop(.silent)
        case .refused: clients.figures.drop(.refused)
        case .client, .service, .lost, .unconnected: break
        }
    }
}

/// The answers to what clients ask for by Socket.IO: `{"success":true,…}`, or `{"success":false,"error":CODE,"message":TEXT}`.
enum SocketAnswer {
    static func json(_ members: (inout JSONWriter) throws(RequestFailure) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("success")
        json.boolean(true)
        do throws(RequestFailure) { try members(&json) } catch { return failed(error) }
        json.endObject()
        return json.bytes
    }

    static func later(_ body: () async throws(RequestFailure) -> Void) async -> [UInt8] {
        do throws(RequestFailure) { try await body() } catch { return failed(error) }
        return json { _ in }
    }

    private static func failed(_ failure: RequestFailure) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("success")
        json.boolean(false)
        json.required("error", failure.callsCode)
        json.required("message", failure.description)
        json.endObject()
        return json.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func subscription(_ subscription: EventConnection.Subscription) {
        key("rooms")
        beginArray()
        for room in subscription.rooms { string(room) }
        endArray()
        required("seq", subscription.last)
    }
}
