import HTTP

/// What all clients with sockets share.
struct EventClients: Sendable {
    let hub: EventHub
    let logins: LoginService
    /// All clients of events, of whatever kind.
    let seats: ClientSeats
    let figures: EventFigures
    let commands: SocketCommands

    /// A place for a client whose user is known, or not yet.
    func seat(user: String?, _ request: RoutedRequest) throws(RequestFailure) -> ClientSeat {
        do throws(ClientSeats.Refusal) {
            return try seats.take(user: user, address: request.client.address)
        } catch {
            throw Self.isFull
        }
    }

    static let isFull = CallsFailure.rateLimited.because("Too many clients are connected; close one", retryAfter: 10)
}

/// What clients command over their sockets.
struct SocketCommands: Sendable {
    /// Sets the state of the caller's own agent: to `available`, or to `paused` for a reason.
    var setAgentStatus:
        @Sendable (_ caller: Caller, _ status: String, _ reason: String?) async throws(RequestFailure) -> Void

    /// For a service that controls nothing.
    static let none = SocketCommands { _, _, _ throws(RequestFailure) in
        throw CallsFailure.notSupported.because("This service does not control agents")
    }
}
