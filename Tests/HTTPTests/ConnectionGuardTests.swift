import Basics
import TestSupport
import Testing

@testable import HTTP

struct ConnectionGuardTests {
    private func server(limit: Int, perAddress: Int) throws -> HTTPServer {
        var options = HTTPServerOptions()
        options.connectionLimit = limit
        options.addressLimit = perAddress
        return try HTTPServer(host: "127.0.0.1", port: 0, options: options) { request in
            ServerResponse(status: 200, text: "for \(request.peer?.description ?? "nobody")")
        }
    }

    @Test(arguments: [(12, 8), (8, 100)])
    func `many idle and half-finished connections keep no client out`(limit: Int, perAddress: Int) async throws {
        let server = try server(limit: limit, perAddress: perAddress)
        var crowd: [RawClient] = []
        for number in 0..<60 {
            crowd.append(
                try await RawClient.connect(port: server.port, sending: number % 2 == 0 ? "" : "GET / HTTP/1.1\r\nX: ")
            )
        }
        let client = try HTTPClient()
        #expect(try await client.send(HTTPRequest(.get, server.url)).text == "for 127.0.0.1")
        for idle in crowd.prefix(40) { #expect(await idle.isClosed(), "the oldest made room") }
        server.stop()
    }

    @Test func `a stream of events outlives a crowd of idle connections`() async throws {
        let feed = EventFeed(limit: 4, perAddress: 4, timeout: .seconds(60))
        var options = HTTPServerOptions()
        options.connectionLimit = 6
        options.addressLimit = 6
        let server = try HTTPServer(host: "127.0.0.1", port: 0, options: options) { _ in .events(feed) }
        feed.publish(EventFeed.frame(event: "a", data: Array("1".utf8)))
        let stream = try await RawClient.connect(port: server.port, sending: "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        try await stream.read(until: "data: 1")
        var crowd: [RawClient] = []
        for _ in 0..<30 { crowd.append(try await RawClient.connect(port: server.port)) }
        for idle in crowd.prefix(20) { #expect(await idle.isClosed()) }
        feed.publish(EventFeed.frame(event: "a", data: Array("2".utf8)))
        try await stream.read(until: "data: 2")
        server.stop()
    }

    @Test func `a head that is too long is refused, and the next request is answered`() async throws {
        var options = HTTPServerOptions()
        options.maxHeadBytes = 8 << 10
        let server = try HTTPServer(host: "127.0.0.1", port: 0, options: options) { _ in
            ServerResponse(status: 200, text: "ok")
        }
        let long = try await RawClient.connect(
            port: server.port,
            sending: "GET / HTTP/1.1\r\nX: \(String(repeating: "x", count: 9000))\r\n\r\n"
        )
        #expect(try await long.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 431"))
        #expect(try await HTTPClient().send(HTTPRequest(.get, server.url)).text == "ok")
    }
}
