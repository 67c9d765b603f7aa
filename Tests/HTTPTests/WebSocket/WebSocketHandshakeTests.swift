import Basics
import TestSupport
import Testing

@testable import HTTP

struct WebSocketHandshakeTests {
    private static let headers: [(String, String)] = [
        ("Host", "localhost"), ("Connection", "keep-alive, Upgrade"), ("Upgrade", "WebSocket"),
        ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ]

    private func request(
        _ method: String = "GET",
        without name: String? = nil,
        adding more: [(String, String)] = [],
        version: String = "HTTP/1.1"
    ) -> ServerRequest {
        var headers = HTTPHeaders()
        for (key, value) in Self.headers.filter({ $0.0 != name }) + more { headers.append(key, value) }
        return ServerRequest(method: method, path: "/ws", headers: headers, version: version)
    }

    @Test func `the answer to the example of RFC 6455`() throws {
        let handshake = try WebSocketHandshake(request())
        let headers = try #require(handshake.headers(subprotocol: nil))
        #expect(headers["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" && headers["Upgrade"] == "websocket")
        #expect(headers["Sec-WebSocket-Protocol"] == nil && headers["Sec-WebSocket-Extensions"] == nil)
    }

    @Test func `the service chooses the subprotocol among those of the client`() throws {
        let more = [("Sec-WebSocket-Protocol", "bearer.TOKEN, b"), ("Sec-WebSocket-Protocol", "a")]
        let handshake = try WebSocketHandshake(request(adding: more))
        #expect(handshake.protocols == ["bearer.TOKEN", "b", "a"])
        #expect(handshake.choice(of: ["a", "b"]) == "a" && handshake.choice(of: ["c", "b"]) == "b")
        #expect(handshake.choice(of: ["c"]) == nil && handshake.choice(of: []) == nil)
        #expect(handshake.headers(subprotocol: "a")?["Sec-WebSocket-Protocol"] == "a")
    }

    @Test func `a request that is none is refused with the reason`() {
        func status(_ request: ServerRequest) -> Int? {
            do throws(RequestFailure) {
                _ = try WebSocketHandshake(request)
                return nil
            } catch {
                return error.status
            }
        }
        #expect(status(request("HEAD")) == 400 && status(request("POST")) == 400)
        #expect(status(request(version: "HTTP/1.0")) == 400)
        #expect(status(request(without: "Upgrade")) == 426)
        #expect(status(request(without: "Upgrade", adding: [("Upgrade", "h2c")])) == 426)
        #expect(status(request(without: "Connection")) == 400)
        #expect(status(request(without: "Connection", adding: [("Connection", "close")])) == 400)
        #expect(status(request(without: "Sec-WebSocket-Version")) == 426)
        #expect(status(request(without: "Sec-WebSocket-Version", adding: [("Sec-WebSocket-Version", "8")])) == 426)
        for key in [
            "", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=a", "dGhlIHNhbXBsZSBub25jZ!==", "éééééééééééé",
        ] {
            #expect(
                status(request(without: "Sec-WebSocket-Key", adding: [("Sec-WebSocket-Key", key)])) == 400,
                "\(key)"
            )
        }
        #expect(status(request(adding: [("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")])) == 400)
        #expect(status(request(without: "Sec-WebSocket-Key")) == 400)
    }

    @Test func `the refusal of another version names the right one`() async throws {
        let service = try WebSocketService()
        let text = WebSocketPeer.request("/ws").replacing("Version: 13", with: "Version: 12")
        let client = try await RawClient.connect(port: service.port, sending: text)
        let answer = try await client.read(until: "upgrade_required")
        #expect(answer.hasPrefix("HTTP/1.1 426 ") && answer.contains("Sec-WebSocket-Version: 13\r\n"))
        try await service.stop()
    }
}
