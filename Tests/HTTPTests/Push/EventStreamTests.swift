import Basics
import TestSupport
import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(5)))
struct EventStreamTests {
    private static let request = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"

    /// Notes the streams that open, and why they end.
    private final class Handler: EventStreamHandler {
        struct Log {
            var streams: [EventStream] = []
            var ends: [EventStreamEnd] = []
            var drained = 0
        }

        private let log = Lock(Log())

        var noted: Log {
            log.withLock { log in
                Log(streams: log.streams.unshared, ends: log.ends.unshared, drained: log.drained)
            }
        }

        func opened(_ stream: EventStream) { log.withLock { $0.streams.append(stream) } }
        func drained(_ stream: EventStream) { log.withLock { $0.drained += 1 } }
        func closed(_ stream: EventStream, _ end: EventStreamEnd) { log.withLock { $0.ends.append(end) } }

        func streams(_ count: Int) async throws -> [EventStream] {
            try await eventually("\(count) streams are open") { noted.streams.count >= count }
            return noted.streams
        }
    }

    private let handler = Handler()

    private func server(
        mode: HTTPServerOptions.Mode = .oneThread,
        _ change: (inout EventStreams.Configuration) -> Void = { _ in }
    ) throws -> (server: HTTPServer, streams: EventStreams) {
        var configuration = EventStreams.Configuration()
        configuration.tick = .milliseconds(20)
        change(&configuration)
        let (streams, handler) = (EventStreams(configuration), handler)
        let route = Route.immediate(.get, "/events", access: .open) { request in
            if request.query["after"] != nil {
                return ServerResponse(status: 200, text: "after \(request.lastEventID ?? -1)\n")
            }
            return try request.eventStream(on: streams, handler: handler)
        }
        let options = HTTPServerOptions(mode)
        return (try HTTPServer(host: "127.0.0.1", port: 0, options: options, router: try Router([route])), streams)
    }

    private func connect(_ server: HTTPServer) async throws -> RawClient {
        let client = try await RawClient.connect(port: server.port, sending: Self.request)
        let head = try await client.read(until: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 200 ") && head.contains("Content-Type: text/event-stream\r\n"))
        return client
    }

    private func stop(_ server: HTTPServer) async throws { try await Thread.run("stop") { server.stop() } }

    private func event(_ id: Int, key: String? = nil, _ json: String = "{}") -> PushedEvent {
        PushedEvent(id: id, type: "call:updated", key: key, json: Array(json.utf8))
    }

    @Test func `an event has one frame for all clients of a kind`() {
        let event = event(17, #"{"a":1}"#)
        #expect(event.frame(.stream).bytes[...].text == "id: 17\nevent: call:updated\ndata: {\"a\":1}\n\n")
        #expect(event.frame(.stream) === event.frame(.stream))
        let text = #"{"type":"event","event":{"a":1}}"#
        #expect(event.frame(.webSocket).bytes == WebSocketFrame.text(Array(text.utf8)[...]))
    }

    @Test(arguments: [HTTPServerOptions.Mode.oneThread, .threads(2)])
    func `every client gets all events in order`(mode: HTTPServerOptions.Mode) async throws {
        let (server, streams) = try server(mode: mode)
        let clients = [try await connect(server), try await connect(server)]
        let open = try await handler.streams(2)
        for id in 1...200 {
            let event = event(id)
            for stream in open { stream.send(event) }
        }
        for client in clients {
            let text = try await client.read(until: "id: 200\n")
            let ids = text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("id: ") }.map { $0.dropFirst(4) }
            #expect(ids == (1...200).map { "\($0)" })
        }
        try await eventually("all is sent") { open.allSatisfy { $0.waiting == 0 } && handler.noted.drained >= 2 }
        open[0].send(event(201))
        open[0].close()
        #expect(!open[0].send(event(202)))
        // The last event, and the last chunk.
        try await clients[0].read(until: "data: {}\n\n\r\n0\r\n\r\n")
        try await eventually("its end is noted") { handler.noted.ends == [.service] && streams.count == 1 }
        try await stop(server)
    }

    @Test func `a client that goes while nothing is sent is noticed at the next check`() async throws {
        let (server, streams) = try server { $0.silence = .seconds(3600) }
        var client: RawClient? = try await connect(server)
        _ = try await handler.streams(1)
        withExtendedLifetime(client) {}
        client = nil
        try await eventually("its end is noted") { handler.noted.ends == [.client] && streams.count == 0 }
        try await stop(server)
    }

    @Test func `a comment after a silence shows that a client has gone`() async throws {
        let (server, streams) = try server { $0.silence = .milliseconds(50) }
        let client = try await connect(server)
        try await client.read(until: ":\n\n")
        try await client.read(until: ":\n\n")
        var gone: RawClient? = try await connect(server)
        _ = try await handler.streams(2)
        gone = nil
        try await eventually("its end is noted") { handler.noted.ends == [.client] && streams.count == 1 }
        try await stop(server)
        _ = gone
    }

    @Test(arguments: [true, false])
    func `a client that does not read is cut off and delays nobody`(isFlooded: Bool) async throws {
        let (server, streams) = try server { if !isFlooded { $0.patience = .milliseconds(200) } }
        let deaf = try await connect(server)
        let good = try await connect(server)
        let open = try await handler.streams(2)
        let filling = "\"" + String(repeating: "x", count: 60_000) + "\""
        var sent = 0
        // Below the limit of the queue it is cut off by its patience.
        while open[0].send(event(sent, filling)), isFlooded || sent < 10 {
            sent += 1
            open[1].send(event(sent))
            try await good.read(until: "id: \(sent)\n")
        }
        try await eventually("it is cut off") { handler.noted.ends == [.slow] && streams.count == 1 }
        #expect(await deaf.isClosed())
        try await stop(server)
    }

    @Test func `the end of the server ends all streams at once, and new ones are refused`() async throws {
        let (server, streams) = try server { $0.limit = 1 }
        let client = try await connect(server)
        let refused = try await RawClient.connect(port: server.port, sending: Self.request)
        let answer = try await refused.read(until: "too many clients")
        #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("Retry-After: 10\r\n"))
        try await stop(server)
        #expect(await client.isClosed())
        #expect(streams.count == 0 && handler.noted.ends == [.service])
    }

    @Test func `a client says which event it got last`() async throws {
        let (server, _) = try server()
        for (value, id) in [("17", 17), ("0", 0), ("-1", -1), ("x", -1), ("99999999999999999999", -1)] {
            let text = "GET /events?after= HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: \(value)\r\n\r\n"
            let client = try await RawClient.connect(port: server.port, sending: text)
            try await client.read(until: "after \(id)\n")
        }
        let head = "HEAD /events HTTP/1.1\r\nHost: localhost\r\n\r\n"
        let client = try await RawClient.connect(port: server.port, sending: head)
        try await client.read(until: "HTTP/1.1 400 ")
        try await stop(server)
    }

    @Test func `a server with a thread for each connection has no streams`() async throws {
        let (server, _) = try server(mode: .threadPerConnection)
        let client = try await RawClient.connect(port: server.port, sending: Self.request)
        try await client.read(until: "HTTP/1.1 503 ")
        try await stop(server)
    }
}
