import Basics
import TestSupport
import Testing

@testable import HTTP

/// Heads of requests that two programs could read in two ways.
@Suite(.timeLimit(.minutes(5)))
struct RequestFlawTests {
    private static let fine = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n"

    @Test(arguments: [HTTPServerOptions.Mode.oneThread, .threadPerConnection])
    func `each of them is answered 400 and reaches no handler`(mode: HTTPServerOptions.Mode) async throws {
        let asked = Lock<[String]>([])
        let server = try HTTPServer(host: "127.0.0.1", port: 0, options: HTTPServerOptions(mode)) { request in
            asked.withLock { $0.append(request.path) }
            return ServerResponse(status: 200, text: "ok")
        }
        for head in [
            "GET /metrics%00.txt HTTP/1.1\r\nHost: a\r\n\r\n", "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /metrics?a=%00 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /metrics?%00=1 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /a%0d%0ab HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a%7f HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\nx",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        ] {
            let client = try await RawClient.connect(port: server.port, sending: head)
            let answer = try await client.read(until: "\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 400"), "\(head)\(answer)")
            #expect(await client.isClosed(), "what follows is not read as another request: \(head)")
        }
        #expect(asked.withLock { $0 } == [])
        let client = try await RawClient.connect(port: server.port, sending: Self.fine + "\r\n")
        #expect(try await client.read(until: "ok").hasPrefix("HTTP/1.1 200"))
        let old = try await RawClient.connect(port: server.port, sending: "GET /old HTTP/1.0\r\n\r\n")
        #expect(try await old.read(until: "ok").contains(" 200 "))
        let coded = try await RawClient.connect(
            port: server.port,
            sending: "GET /a%20b%2500 HTTP/1.1\r\nHost: a\r\n\r\n"
        )
        #expect(try await coded.read(until: "ok").hasPrefix("HTTP/1.1 200"))
        #expect(asked.withLock { $0 } == ["/metrics", "/old", "/a b%00"])
        server.stop()
    }
}
