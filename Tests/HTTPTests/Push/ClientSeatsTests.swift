import Basics
import TestSupport
import Testing

@testable import HTTP

struct ClientSeatsTests {
    private func seats() -> ClientSeats {
        var limits = ClientSeats.Limits()
        (limits.clients, limits.perUser, limits.perAddress) = (4, 2, 3)
        return ClientSeats(limits)
    }

    private let address = IPAddress("192.0.2.1")
    private let other = IPAddress("192.0.2.2")

    @Test func `users, addresses and all clients are limited`() throws {
        let seats = seats()
        var taken = [try seats.take(user: "ann", address: address), try seats.take(user: "ann", address: other)]
        #expect(throws: ClientSeats.Refusal.user) { try seats.take(user: "ann", address: address) }
        taken.append(try seats.take(user: "bob", address: address))
        taken.append(try seats.take(user: nil, address: address))
        #expect(throws: ClientSeats.Refusal.full) { try seats.take(user: nil, address: other) }
        #expect(seats.count == 4)
        taken.removeFirst()
        taken.append(try seats.take(user: "ann", address: address))
        taken = []
        #expect(seats.count == 0)
    }

    @Test func `a client counts for its address until its user is known`() throws {
        let seats = seats()
        let unknown = [
            try seats.take(user: nil, address: address), try seats.take(user: nil, address: address),
            try seats.take(user: nil, address: address),
        ]
        #expect(throws: ClientSeats.Refusal.address) { try seats.take(user: nil, address: address) }
        try unknown[0].identify(user: "ann")
        try unknown[0].identify(user: "ann")
        let more = try seats.take(user: nil, address: address)
        try unknown[1].identify(user: "ann")
        #expect(throws: ClientSeats.Refusal.user) { try unknown[2].identify(user: "ann") }
        withExtendedLifetime((unknown, more)) { #expect(seats.count == 4) }
    }
}
