import Basics
import Glibc
import TestSupport
import Testing

@testable import HTTP

/// Many sockets at once.
@Suite(.timeLimit(.minutes(5)))
struct WebSocketSwarmTests {
    /// All clients of a swarm, read by one thread.
    ///
    /// `@unchecked Sendable`: a test makes one call at a time.
    private final class Swarm: @unchecked Sendable {
        private let epoll: Epoll
        private let peers: [WebSocketPeer]
        private var received: [[UInt8]]

        /// Blocks until all sockets are open.
        init(_ count: Int, port: UInt16) throws {
            epoll = try Epoll()
            peers = try (0..<count).map { _ in try WebSocketPeer.connectNow(port: port) }
            received = peers.map { _ in [] }
            for (index, peer) in peers.enumerated() { try epoll.add(peer.descriptor, token: UInt64(index)) }
        }

        /// Reads until each client has `bytes`; whether all have got exactly these.
        func read(_ bytes: [UInt8]) -> Bool {
            var missing = peers.count
            var buffer = [UInt8](repeating: 0, count: 65536)
            while missing > 0 {
                let ready = epoll.wait(timeout: .seconds(60))
                guard ready > 0 else { return false }
                for index in 0..<ready {
                    let client = Int(epoll.ready(index).token)
                    let count = unsafe recv(peers[client].descriptor, &buffer, buffer.count, 0)
                    guard count > 0 else { return false }
                    received[client] += buffer[..<count]
                    if received[client].count == bytes.count { missing -= 1 }
                }
            }
            return received.allSatisfy { $0 == bytes }
        }
    }

    @Test func `a thousand clients get all events in order, each frame built once`() async throws {
        let service = try WebSocketService(mode: .threads(2))
        let port = service.port
        let swarm = try await Thread.run("swarm") { Result { try Swarm(1000, port: port) } }.get()
        let sockets = try await service.handler.sockets(1000)
        let events = (1...40).map { id in
            PushedEvent(id: id, type: "e", key: nil, json: Array("\(id)\(String(repeating: "0", count: 200))".utf8))
        }
        let expected = events.flatMap { $0.frame(.webSocket).bytes }
        let reading = Task { try await Thread.run("swarm") { swarm.read(expected) } }
        for event in events {
            for socket in sockets { socket.send(event) }
        }
        #expect(try await reading.value)
        #expect(service.sockets.count == 1000 && service.handler.noted.ends.isEmpty)
        try await service.stop()
        #expect(service.handler.noted.ends.count == 1000)
    }
}
