package import Basics

/// How many clients are connected: in all, for each user, and for each address of clients whose user is unknown.
///
/// A service asks for a seat when a client connects, and gives it to the client's socket or stream; when that ends, the
/// seat is free again.
package final class ClientSeats: Sendable {
    package struct Limits: Sendable {
        package var clients = 5000
        package var perUser = 10
        /// For clients whose user is unknown; an IPv6 network of 64 bits counts as one address.
        package var perAddress = 20

        package init() {}
    }

    /// Why there is no seat.
    package enum Refusal: Error, Sendable {
        case full
        case user
        case address
    }

    private struct State {
        var taken = 0
        var users: [String: Int] = [:]
        var addresses: [[UInt8]: Int] = [:]
    }

    private let limits: Limits
    private let state = Lock(State())

    package init(_ limits: Limits = Limits()) { self.limits = limits }

    /// The number of seats in use.
    package var count: Int { state.withLock { $0.taken } }

    /// - Parameter user: `nil` when it is not known yet.
    package func take(user: String?, address: IPAddress?) throws(Refusal) -> ClientSeat {
        let place = user.map { ClientSeat.Place.user($0) } ?? .address(address?.network ?? [])
        try enter(place, isNew: true)
        return ClientSeat(self, place)
    }

    fileprivate func enter(_ place: ClientSeat.Place, isNew: Bool) throws(Refusal) {
        try state.withLock { state throws(Refusal) in
            if isNew, state.taken >= limits.clients { throw .full }
            switch place {
            case .user(let name):
                guard state.users[name, default: 0] < limits.perUser else { throw .user }
                state.users[name, default: 0] += 1
            case .address(let address):
                guard state.addresses[address, default: 0] < limits.perAddress else { throw .address }
                state.addresses[address, default: 0] += 1
            }
            if isNew { state.taken += 1 }
        }
    }

    fileprivate func leave(_ place: ClientSeat.Place, isGone: Bool) {
        state.withLock { state in
            if isGone { state.taken -= 1 }
            switch place {
            case .user(let name): Self.decrement(&state.users, name)
            case .address(let address): Self.decrement(&state.addresses, address)
            }
        }
    }

    private static func decrement<Key>(_ counts: inout [Key: Int], _ key: Key) {
        guard let count = counts[key] else { return }
        counts[key] = count > 1 ? count - 1 : nil
    }
}

/// The seat of one client, which is free again when the last reference to it is gone.
package final class ClientSeat: Sendable {
    enum Place: Sendable, Equatable {
        case user(String)
        case address([UInt8])
    }

    private let seats: ClientSeats
    private let place: Lock<Place>

    fileprivate init(_ seats: ClientSeats, _ place: Place) {
        self.seats = seats
        self.place = Lock(place)
    }

    deinit { seats.leave(place.withLock { $0 }, isGone: true) }

    /// Says whose the client is: it counts for its user from now on; one thread at a time.
    ///
    /// - Throws: when the user has enough; then nothing changes.
    package func identify(user: String) throws(ClientSeats.Refusal) {
        let known = place.withLock { $0 }
        guard known != .user(user) else { return }
        try seats.enter(.user(user), isNew: false)
        seats.leave(place.exchange(.user(user)), isGone: false)
    }
}
