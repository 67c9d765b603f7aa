import Basics
import HTTP
import TestSupport
import Testing

/// Server and client over a Unix socket.
struct HTTPUnixSocketTests {
    private let directory = TemporaryDirectory()

    private func client(_ path: String) throws -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.unixSocket = path
        return try HTTPClient(configuration)
    }

    private func server(_ handler: @escaping HTTPServer.Handler) throws -> HTTPServer {
        var options = HTTPServerOptions(.threadPerConnection)
        options.ownerOnly = true
        return try HTTPServer(
            socket: try UnixSocket.listen(at: directory.file("s")),
            options: options,
            handler: handler
        )
    }

    @Test func `a request reaches the server at the socket, whatever the host`() async throws {
        let server = try server { ServerResponse(status: 200, text: "\($0.method) \($0.path) \($0.body.count)") }
        let client = try client(directory.file("s"))
        let get = try await client.send(HTTPRequest(.get, "http://nowhere.invalid/a"))
        #expect(get.status == 200 && get.text == "GET /a 0")
        let post = try await client.send(HTTPRequest(.post, "http://localhost/b", body: .bytes([1, 2, 3])))
        #expect(post.text == "POST /b 3")
        client.shutDown()
        server.stop()
    }

    @Test func `a longer answer is taken when the request allows it`() async throws {
        let server = try server { _ in
            ServerResponse(status: 200, body: [UInt8](repeating: 0x78, count: HTTPResponse.maximumBodySize + 1))
        }
        let client = try client(directory.file("s"))
        var request = HTTPRequest(.get, "http://localhost/")
        #expect(await failure { () throws(HTTPError) in try await client.send(request) } == .answerTooLarge)
        request.longestAnswer = 2 << 20
        #expect(try await client.send(request).body.count == HTTPResponse.maximumBodySize + 1)
        client.shutDown()
        server.stop()
    }

    @Test func `where nobody listens the socket is unreachable`() async throws {
        do { _ = try UnixSocket.listen(at: directory.file("dead")) }
        for name in ["dead", "absent"] {
            let client = try client(directory.file(name))
            let error = await failure { () throws(HTTPError) in
                try await client.send(HTTPRequest(.get, "http://localhost/"))
            }
            guard case .unreachable = error else {
                Issue.record("\(name): \(String(describing: error))")
                continue
            }
            client.shutDown()
        }
    }

    @Test func `a server for its owner refuses clients that the kernel does not identify`() async throws {
        var options = HTTPServerOptions(.threadPerConnection)
        options.ownerOnly = true
        let server = try HTTPServer(host: "127.0.0.1", port: 0, options: options) { _ in
            ServerResponse(status: 200, text: "secret")
        }
        let client = try HTTPClient()
        let answer = try await client.send(HTTPRequest(.get, "http://127.0.0.1:\(server.port)/"))
        #expect(answer.status == 403 && !answer.text.contains("secret"))
        client.shutDown()
        server.stop()
    }
}
