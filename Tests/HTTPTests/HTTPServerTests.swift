import Basics
import Testing

@testable import HTTP

struct HTTPServerTests {
    private let client: HTTPClient

    init() throws { client = try HTTPClient() }

    @Test(arguments: [HTTPServerOptions.Mode.oneThread, .threadPerConnection])
    func `both modes answer`(mode: HTTPServerOptions.Mode) async throws {
        let server = try HTTPServer(host: "127.0.0.1", port: 0, options: HTTPServerOptions(mode)) { request in
            ServerResponse(status: 200, text: request.path)
        }
        let response = try await client.send(HTTPRequest(.get, "\(server.url)/metrics"))
        #expect(response.text == "/metrics")
        #expect(response.headers["content-type"] == "text/plain; charset=utf-8")
    }

    @Test(arguments: [HTTPServerOptions.Mode.oneThread, .threadPerConnection])
    func `a body over the limit is answered 413 and the connection lives on`(mode: HTTPServerOptions.Mode) async throws
    {
        var options = HTTPServerOptions(mode)
        options.maxBodyBytes = 100_000
        let server = try HTTPServer(host: "127.0.0.1", port: 0, options: options) { request in
            ServerResponse(status: 200, text: "\(request.body.count)")
        }
        for (size, status) in [(100_000, 200), (100_001, 413), (5_000_000, 413), (100_000, 200)] {
            let body = HTTPRequest.Body.bytes([UInt8](repeating: 1, count: size))
            #expect(try await client.send(HTTPRequest(.post, server.url, body: body)).status == status)
        }
    }

    @Test func `a name can be listened on`() async throws {
        let server = try HTTPServer(host: "localhost", port: 0) { _ in ServerResponse(status: 204) }
        #expect(try await client.send(HTTPRequest(.get, "http://localhost:\(server.port)/")).status == 204)
    }

    @Test func `an address in use is an error that says so`() throws {
        let server = try HTTPServer(host: "127.0.0.1", port: 0) { _ in ServerResponse(status: 204) }
        #expect(throws: HTTPError.cannotListen("listen on 127.0.0.1:\(server.port): Address already in use")) {
            _ = try HTTPServer(host: "127.0.0.1", port: server.port) { _ in ServerResponse(status: 204) }
        }
    }

    @Test func `an address of another machine is an error that says so`() {
        #expect(throws: HTTPError.cannotListen("listen on 192.0.2.1:80: Cannot assign requested address")) {
            _ = try HTTPServer(host: "192.0.2.1", port: 80) { _ in ServerResponse(status: 204) }
        }
    }

    @Test func `a delay holds the answer back`() async throws {
        let server = try HTTPServer.threaded { _ in
            var response = ServerResponse(status: 200)
            response.delay = .milliseconds(50)
            return response
        }
        let start = ContinuousClock.now
        _ = try await client.send(HTTPRequest(.get, server.url))
        #expect(ContinuousClock.now - start >= .milliseconds(50))
    }

    @Test func `stopping ends silent answers and may be repeated`() async throws {
        let client = client
        let arrived = AsyncStream<Void>.makeStream()
        let server = try HTTPServer.threaded { _ in
            arrived.continuation.yield()
            return .hang(.seconds(600))
        }
        let request = HTTPRequest(.get, server.url, timeout: .seconds(600))
        async let error = failure { () throws(HTTPError) in try await client.send(request) }
        for await _ in arrived.stream { break }
        try await Thread.run("stop") {
            server.stop()
            server.stop()
        }
        #expect(await error?.kind == .interrupted)
        #expect(await failure { () throws(HTTPError) in try await client.send(request) }?.kind == .unreachable)
    }

    @Test func `a released server frees its port`() async throws {
        var server: HTTPServer? = try HTTPServer(host: "127.0.0.1", port: 0) { _ in ServerResponse(status: 204) }
        let port = try #require(server?.port)
        server = nil
        _ = try HTTPServer(host: "127.0.0.1", port: port) { _ in ServerResponse(status: 204) }
    }
}
