import Basics
import TestSupport
import Testing

@testable import HTTP

struct EventFeedTests {
    private static let request = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"

    private let feed = EventFeed(limit: 4, perAddress: 3, timeout: .seconds(60))

    private func server(_ feed: EventFeed) throws -> HTTPServer {
        try HTTPServer(host: "127.0.0.1", port: 0) { request in
            request.path == "/events" ? .events(feed) : ServerResponse(status: 200, text: "other")
        }
    }

    private func frame(_ text: String) -> [UInt8] { EventFeed.frame(event: "status", data: Array(text.utf8)) }

    @Test func `a frame names its event and ends with an empty line`() {
        #expect(frame("{}") == Array("event: status\ndata: {}\n\n".utf8))
    }

    @Test func `all listeners get what is published, and begin with the newest frame`() async throws {
        let server = try server(feed)
        feed.publish(frame("old"))
        feed.publish(frame("first"))
        let one = try await RawClient.connect(port: server.port, sending: Self.request)
        let head = try await one.read(until: "data: first\n\n")
        #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.contains("Content-Type: text/event-stream\r\n"))
        let two = try await RawClient.connect(port: server.port, sending: Self.request)
        try await two.read(until: "data: first\n\n")
        feed.publish(frame("second"))
        for client in [one, two] {
            let text = try await client.read(until: "data: second\n\n")
            #expect(!text.contains("old"))
        }
        #expect(feed.listenerCount == 2)
        server.stop()
    }

    @Test func `one listener too many is refused, and one that leaves makes room`() async throws {
        let server = try server(feed)
        feed.publish(frame("x"))
        var clients: [RawClient] = []
        for _ in 0..<3 {
            clients.append(try await RawClient.connect(port: server.port, sending: Self.request))
            try await clients.last?.read(until: "data: x")
        }
        let refused = try await RawClient.connect(port: server.port, sending: Self.request)
        let answer = try await refused.read(until: "close another page")
        #expect(answer.hasPrefix("HTTP/1.1 503") && answer.contains("Retry-After: 10\r\n"))
        clients.removeLast()
        try await eventually("the listener that left is noticed when there is something to send") {
            feed.publish(frame("y"))
            return feed.listenerCount == 2
        }
        let next = try await RawClient.connect(port: server.port, sending: Self.request)
        try await next.read(until: "data: y")
        server.stop()
    }

    @Test func `a listener that does not read is dropped, and others get all`() async throws {
        let feed = EventFeed(limit: 4, perAddress: 4, timeout: .milliseconds(200))
        let server = try server(feed)
        // More than the kernel buffers for a client that does not read.
        let filling = String(repeating: "x", count: 256 << 10)
        feed.publish(frame("first"))
        let deaf = try await RawClient.connect(port: server.port, sending: Self.request)
        let good = try await RawClient.connect(port: server.port, sending: Self.request)
        try await good.read(until: "data: first\n\n")
        try await eventually("both listen") { feed.listenerCount == 2 }
        var number = 0
        try await eventually("only the one that reads is left") {
            number += 1
            feed.publish(frame("\(filling)\(number)"))
            try await good.read(until: "x\(number)\n\n")
            return feed.listenerCount == 1
        }
        #expect(await deaf.isClosed())
        server.stop()
    }

    @Test func `the end of the server ends all streams at once`() async throws {
        let server = try server(feed)
        feed.publish(frame("x"))
        let client = try await RawClient.connect(port: server.port, sending: Self.request)
        try await client.read(until: "data: x")
        try await Thread.run("stop") { server.stop() }
        #expect(await client.isClosed())
        #expect(feed.listenerCount == 0)
    }

    @Test func `a server with a thread for each connection has no streams`() async throws {
        let feed = feed
        let server = try HTTPServer.threaded { _ in .events(feed) }
        let client = try HTTPClient()
        #expect(try await client.send(HTTPRequest(.get, server.url)).status == 503)
    }
}
