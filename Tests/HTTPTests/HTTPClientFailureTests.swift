import Basics
import TestSupport
import Testing

@testable import HTTP

struct HTTPClientFailureTests {
    private let client: HTTPClient

    init() throws { client = try HTTPClient() }

    private func failure(of request: HTTPRequest) async -> HTTPError? {
        let client = client
        return await failure { () throws(HTTPError) in try await client.send(request) }
    }

    private func failure(_ body: () async throws(HTTPError) -> HTTPResponse) async -> HTTPError? {
        await HTTPTests.failure(body)
    }

    @Test func `a silent server is a timeout`() async throws {
        let server = try HTTPServer.threaded { _ in .hang(.seconds(600)) }
        let error = await failure(of: HTTPRequest(.get, server.url, timeout: .milliseconds(50)))
        #expect(error?.kind == .timedOut)
    }

    @Test func `a closed port is unreachable`() async throws {
        let port = try Listener(host: "127.0.0.1", port: 0).port
        let error = try #require(await failure(of: HTTPRequest(.get, "http://127.0.0.1:\(port)/")))
        #expect(error.kind == .unreachable)
        #expect(error.description.contains("127.0.0.1 port \(port)"))
    }

    @Test func `a name without an address is unresolved`() async throws {
        let name = String(repeating: "a", count: 64)
        #expect(await failure(of: HTTPRequest(.get, "http://\(name).invalid/"))?.kind == .unresolved)
    }

    @Test(arguments: [
        "HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nhalf",
        "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nhalf",
    ])
    func `an answer that breaks off in its body is known by its status`(start: String) async throws {
        for ending in [0, 1, 2] {
            let server = try RawServer { connection in
                _ = try connection.readRequest()
                try connection.write(start)
                switch ending {
                case 0: connection.reset()
                case 1: break
                default: _ = try connection.readRequest()
                }
            }
            defer { server.stop() }
            var request = HTTPRequest(.post, server.url, body: .bytes(Array("{}".utf8)))
            if ending == 2 { request.timeout = .milliseconds(200) }
            guard case .brokenAnswer(let response, _) = await failure(of: request) else {
                // Data that arrived before a reset may be lost with it.
                if ending > 0 { Issue.record("ending \(ending)") }
                continue
            }
            #expect(response.status == 202)
            #expect(response.text == "half" || ending == 0)
        }
    }

    @Test(arguments: ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
    func `an answer with a false Content-Encoding is known by its status`(encoding: String) async throws {
        let server = try RawServer { connection in
            _ = try connection.readRequest()
            try connection.write(
                "HTTP/1.1 202 Accepted\r\nContent-Encoding: \(encoding)\r\nContent-Length: 8\r\n\r\nnot gzip"
            )
            _ = try connection.readRequest()
        }
        defer { server.stop() }
        let error = await failure(of: HTTPRequest(.post, server.url, body: .bytes(Array("{}".utf8))))
        guard case .brokenAnswer(let response, _) = error else {
            Issue.record("\(encoding): \(error.map { "\($0)" } ?? "an answer")")
            return
        }
        #expect(response.status == 202)
    }

    @Test func `an answer that broke off before the request was sent says nothing`() async throws {
        let server = try RawServer { connection in
            // A reset before the client has noticed its connection would count as a failed connection.
            _ = try connection.read(100)
            try connection.write("HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nhalf")
            connection.reset()
        }
        defer { server.stop() }
        let body = [UInt8](repeating: 1, count: 32 << 20)
        let error = await failure(of: HTTPRequest(.post, server.url, body: .bytes(body)))
        #expect(error?.kind == .interrupted && error?.mayHaveArrived == true)
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\n"])
    func `an answer that breaks off is interrupted`(start: String) async throws {
        for resets in [true, false] {
            let server = try RawServer { connection in
                _ = try connection.readRequest()
                try connection.write(start)
                if resets { connection.reset() }
            }
            defer { server.stop() }
            #expect(await failure(of: HTTPRequest(.get, server.url))?.kind == .interrupted)
        }
    }

    private static let longHeaders = (0..<2000).map { "X-\($0): \(String(repeating: "x", count: 60))\r\n" }.joined()
    private static let longInterim = String(
        repeating: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
        count: 2000
    )

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\n" + longHeaders + "Content-Length: 0\r\n\r\n",
        longInterim + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n" + longHeaders + "\r\n",
    ])
    func `headers without end are an error, in the answer, before it and behind its body`(answer: String) async throws {
        let server = try RawServer { connection in
            _ = try connection.readRequest()
            try connection.write(answer)
        }
        defer { server.stop() }
        let error = await failure(of: HTTPRequest(.get, server.url))
        #expect(error == .headTooLarge && error?.mayHaveArrived == true, "\(String(describing: error))")
        #expect(error?.description.contains("65536 bytes") == true)
    }

    @Test(arguments: 0..<3)
    func `a request without memory for one of its headers is not sent without it`(count: Int) throws {
        let made = Counter()
        let handle = try #require(
            EasyHandle(HTTPClient.Configuration()) { _ in
                made.add()
                return made.value <= count
            }
        )
        let transfer = Transfer(HTTPRequest(.post, "http://127.0.0.1:1/", headers: ["Authorization": "Bearer x"]))
        let error = #expect(throws: HTTPError.self) { try handle.prepare(for: transfer, freshConnection: false) }
        #expect(error == .notSent("no memory for its headers") && error?.mayHaveArrived == false)
        handle.clear()
    }

    @Test func `an aborted connection is interrupted`() async throws {
        let server = try HTTPServer.threaded { _ in .reset }
        let error = await failure(of: HTTPRequest(.post, server.url, body: .bytes([1, 2, 3])))
        #expect(error?.kind == .interrupted)
        #expect(error?.description.contains("reset") == true)
    }

    @Test func `an answer over the limit is an error, one at the limit is not`() async throws {
        let server = try HTTPServer.threaded { request in
            ServerResponse(status: 200, body: .init(repeating: 1, count: Int(request.query["size"] ?? "") ?? 0))
        }
        let limit = HTTPResponse.maximumBodySize
        #expect(await failure(of: HTTPRequest(.get, "\(server.url)?size=\(limit + 1)")) == .answerTooLarge)
        #expect(try await client.send(HTTPRequest(.get, "\(server.url)?size=\(limit)")).body.count == limit)
    }

    @Test func `a small answer that decompresses to a large one is an error`() async throws {
        let bomb = try Gzip.compress([UInt8](repeating: 0, count: 2 << 20))
        let server = try HTTPServer.threaded { _ in
            ServerResponse(status: 200, headers: ["Content-Encoding": "gzip"], body: bomb)
        }
        #expect(await failure(of: HTTPRequest(.get, server.url)) == .answerTooLarge)
    }

    @Test(arguments: ["x\r\nEvil: 1", "x\n", "\r", "a\0b"])
    func `a line break in a header is refused without telling the value`(end: String) async throws {
        let server = try RawServer { _ in }
        defer { server.stop() }
        let request = HTTPRequest(.get, server.url, headers: ["Authorization": "Bearer sk_secret\(end)"])
        let error = try #require(await failure(of: request))
        #expect(error == .badRequest("the value of the header Authorization has a line break or a NUL in it"))
        #expect(!"\(request) \(error)".contains("sk_secret"))
        #expect(server.connections == 0)
    }

    @Test(arguments: ["", "Evil: sk_secret", "Evil\r\n", "Gruß"])
    func `a header's name must be a token`(name: String) async {
        let error = await failure(of: HTTPRequest(.get, "http://127.0.0.1:1/", headers: [name: "1"]))
        #expect(error == .badRequest("a header's name has characters that are not allowed in one"))
    }

    @Test(arguments: ["", "http://", "ftp://127.0.0.1/", "http://127.0.0.1:99999/", "http://a b/", "http://a/\r\nX: 1"])
    func `a URL that is none is refused`(url: String) async {
        #expect(await failure(of: HTTPRequest(.get, url))?.kind == .badRequest)
    }
}
