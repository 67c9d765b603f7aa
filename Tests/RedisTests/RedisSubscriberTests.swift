import Basics
import RedisTestSupport
import TestSupport
import Testing

@testable import Redis

struct RedisSubscriberTests {

    private final class Received: Sendable {
        private let events = Lock<[RedisSubscriber.Event]>([])

        func add(_ event: RedisSubscriber.Event) { events.withLock { $0.append(event) } }

        var all: [RedisSubscriber.Event] { events.withLock { $0.map { $0 } } }

        var payloads: [String] {
            all.compactMap { if case .message(let message) = $0 { message.payload[...].text } else { nil } }
        }

        var connections: Int {
            all.count { if case .connected = $0 { true } else { false } }
        }

        func wait(connections count: Int) async throws {
            try await eventually("\(count) connections: \(all)") { connections >= count }
        }
    }

    private func withSubscriber(
        _ configuration: RedisConfiguration,
        channels: [String],
        patterns: [String] = [],
        _ body: (Received) async throws -> Void
    ) async throws {
        let received = Received()
        let log = Logger("redis", sink: LogLines().sink)
        let subscriber = RedisSubscriber(configuration, channels: channels, patterns: patterns, log: log) {
            received.add($0)
        }
        let running = Task { try await subscriber.run() }
        do {
            try await received.wait(connections: 1)
            try await body(received)
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        _ = await running.result
    }

    private func publish(_ client: RedisClient, _ channel: String, _ payload: String) async throws {
        _ = try await client.ask("PUBLISH", channel, payload)
    }

    @Test func `messages of channels and patterns come in order`() async throws {
        let server = try await RedisServer()
        let running = RunningClient(.patient(server))
        let client = try await running.connected()
        let channels = (0..<50).map { "channel-\($0)" }
        try await withSubscriber(.patient(server), channels: channels, patterns: ["p.*"]) { received in
            #expect(received.all == [.connected(missedSince: nil)])
            for number in 0..<200 { try await publish(client, "channel-\(number % 50)", "\(number)") }
            try await publish(client, "p.x", "end")
            try await publish(client, "other", "not for us")
            try await eventually("201 messages") { received.payloads.count >= 201 }
            #expect(received.payloads == (0..<200).map { "\($0)" } + ["end"])
            let last = RedisMessage(
                channel: Array("p.x".utf8),
                pattern: Array("p.*".utf8),
                payload: Array("end".utf8)
            )
            #expect(received.all.last == .message(last))
        }
        await running.stop()
    }

    @Test func `a killed connection is a gap, and the subscriptions are made again`() async throws {
        let server = try await RedisServer()
        let running = RunningClient(.patient(server))
        let client = try await running.connected()
        try await withSubscriber(.patient(server), channels: ["a"]) { received in
            let before = Timestamp.now()
            try await publish(client, "a", "1")
            try await eventually("the first message") { received.payloads == ["1"] }
            _ = try await client.ask("CLIENT", "KILL", "TYPE", "pubsub")
            try await received.wait(connections: 2)
            try await publish(client, "a", "2")
            try await eventually("the second message") { received.payloads == ["1", "2"] }
            let events = received.all
            #expect(events.count == 5)
            #expect(events.dropFirst(2).first == .disconnected)
            guard case .connected(let since?)? = events.dropFirst(3).first else {
                throw Unexpected(description: "a gap: \(events)")
            }
            #expect(since >= before && since <= Timestamp.now())
        }
        await running.stop()
    }

    @Test func `a subscriber survives a restart of the server, and pings of its own`() async throws {
        let server = try await RedisServer()
        var configuration = RedisConfiguration.patient(server)
        configuration.pingInterval = .milliseconds(5)
        try await withSubscriber(configuration, channels: ["a"]) { received in
            try await server.stop()
            try await eventually("a disconnection") { received.all.contains(.disconnected) }
            try await server.restart()
            try await received.wait(connections: 2)
            let running = RunningClient(.patient(server))
            let client = try await running.connected()
            try await publish(client, "a", "again")
            try await eventually("a message") { received.payloads == ["again"] }
            await running.stop()
        }
    }
}
