import Basics
import HTTP

/// A client with a socket: whose it is, and what it asks for; any thread may use it.
final class EventConnection: Sendable {
    private struct State {
        /// Of requests that make the service look at the log, or at a token.
        var pace = TokenBucket(rate: 2, burst: 30)
        /// Whether the client gets the rooms that it named, and no longer all that it may see.
        var hasRooms = false
        var isCommanding = false
    }

    private let clients: EventClients
    private let standing: ClientStanding
    private let state = Lock(State())

    init(_ clients: EventClients, _ caller: Caller) {
        self.clients = clients
        standing = ClientStanding(caller, clients.logins)
    }

    private var caller: Caller { standing.caller }

    private var logins: LoginService { clients.logins }

    /// Begins to send events.
    ///
    /// - Parameters:
    ///   - position: the last event that the client has; `nil` for the last one that the session's clients have
    ///     acknowledged, and without that `last`.
    ///   - end: tells the client why its login has ended, and closes it.
    func listen(
        _ client: any EventClient,
        after position: Int?,
        last: Int,
        end: @escaping @Sendable (_ code: String) -> Void
    ) {
        let position = position ?? logins.acknowledged(in: caller.session) ?? last
        clients.hub.listen(
            client,
            EventFilter(),
            after: position,
            standing: { [standing] in standing.current },
            end: end
        )
    }

    // MARK: What clients ask for

    /// The rooms of a client, and the number of the last event.
    struct Subscription: Sendable {
        let rooms: [String]
        let last: Int
    }

    /// Adds rooms, and replays what the client did not get since `after`.
    ///
    /// Until it asks, a client gets all that it may see; from then on the rooms that it named, and that of the user's own
    /// extension.
    func subscribe(_ fields: inout RequestFields, _ client: any EventClient) throws(RequestFailure) -> Subscription {
        let (rooms, after) = (try Self.rooms(&fields), try fields.integer("after"))
        try fields.finish()
        try keepPace()
        let own = caller.account.extension
        let given = rooms.union(own.isEmpty ? [] : [.extension(Array(own.utf8))])
        return try change(client, after: after) { old, hadRooms in hadRooms ? old.union(given) : given }
    }

    /// Takes rooms away; without any room only the state of the service comes.
    func unsubscribe(_ fields: inout RequestFields, _ client: any EventClient) throws(RequestFailure) -> Subscription {
        let rooms = try Self.rooms(&fields)
        try fields.finish()
        try keepPace()
        return try change(client, after: nil) { old, _ in old.subtracting(rooms) }
    }

    private static func rooms(_ fields: inout RequestFields) throws(RequestFailure) -> Set<EventFilter.Room> {
        try EventFilter.rooms(try fields.strings("rooms") ?? [])
    }

    private func change(
        _ client: any EventClient,
        after start: Int?,
        _ body: (_ rooms: Set<EventFilter.Room>, _ hadRooms: Bool) -> Set<EventFilter.Room>
    ) throws(RequestFailure) -> Subscription {
        let hadRooms = state.withLock { $0.hasRooms }
        var rooms: [String] = []
        let last = try clients.hub.ask(client, after: start) { filter throws(RequestFailure) in
            var filter = filter
            filter.rooms = body(filter.rooms, hadRooms)
            guard filter.rooms.count <= EventFilter.most else { throw EventFilter.tooMany("rooms") }
            rooms = filter.rooms.map(\.description).sorted()
            return filter
        }
        guard let last else { throw CallsFailure.busy.because("The connection is not ready yet") }
        state.withLock { $0.hasRooms = true }
        return Subscription(rooms: rooms, last: last)
    }

    /// Keeps the last event that the client has worked on, for the session's next connection.
    func acknowledge(_ fields: inout RequestFields) throws(RequestFailure) {
        guard let id = try fields.integer("id") else { throw RequestFields.failure("id is missing") }
        try fields.finish()
        guard 0...clients.hub.last ~= id else { throw RequestFields.failure("id is not that of an event") }
        logins.acknowledge(id, in: caller.session)
    }

    /// Goes on with a fresh token of the same session; returns when it ends.
    func renew(_ fields: inout RequestFields) throws(RequestFailure) -> Timestamp {
        let token = try fields.required("token")
        try fields.finish()
        try keepPace()
        switch logins.caller(of: token, at: logins.configuration.clock()) {
        case .success(let fresh):
            guard fresh.session == caller.session else {
                throw CallsFailure.forbidden.because("The token is of another session")
            }
            standing.renew(fresh)
            return fresh.expiry
        case .failure(.expired): throw CallsFailure.tokenExpired.because("Token expired")
        case .failure(.revoked): throw CallsFailure.tokenRevoked.because("Token revoked")
        case .failure(.invalid): throw CallsFailure.unauthorized.because("Unauthorized")
        }
    }

    /// Sets the state of the caller's own agent; one command at a time.
    func setAgentStatus(_ fields: inout RequestFields) async throws(RequestFailure) {
        let (status, reason) = (try fields.required("status"), try fields.string("reason"))
        try fields.finish()
        try state.withLock { state throws(RequestFailure) in
            guard !state.isCommanding else { throw CallsFailure.busy.because("Another command is at work") }
            state.isCommanding = true
        }
        defer { state.withLock { $0.isCommanding = false } }
        guard case .viewer = standing.current else { throw CallsFailure.unauthorized.because("Unauthorized") }
        try await clients.commands.setAgentStatus(caller, status, reason)
    }

    private func keepPace() throws(RequestFailure) {
        guard state.withLock({ $0.pace.take() }) else { throw CallsFailure.rateLimited.because("Too many requests") }
    }
}
