import Basics

/// The request that opens a WebSocket, and the headers of its answer (RFC 6455, section 4.2).
package struct WebSocketHandshake: Sendable, Equatable {
    private static let magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    private let key: String
    /// The subprotocols that the client offers, in its order.
    package let protocols: [String]

    /// - Throws: with 426 for a request that does not ask for version 13 of WebSocket, else with 400.
    package init(_ request: ServerRequest) throws(RequestFailure) {
        let headers = request.headers
        guard request.method == "GET", request.version == "HTTP/1.1" else {
            throw RequestFailure(.badRequest, "a WebSocket opens with GET and HTTP/1.1")
        }
        guard Self.words(headers, "Upgrade").contains(where: { $0.lowercased() == "websocket" }) else {
            throw RequestFailure(
                status: 426,
                code: "upgrade_required",
                "this path is for WebSockets only",
                headers: ["Upgrade": "websocket"]
            )
        }
        guard Self.words(headers, "Connection").contains(where: { $0.lowercased() == "upgrade" }) else {
            throw RequestFailure(.badRequest, "Connection must be Upgrade")
        }
        guard headers.values("Sec-WebSocket-Version") == ["13"] else {
            throw RequestFailure(
                status: 426,
                code: "upgrade_required",
                "the version of WebSocket here is 13",
                headers: ["Sec-WebSocket-Version": "13"]
            )
        }
        let keys = headers.values("Sec-WebSocket-Key")
        guard keys.count == 1, Self.isKey(keys[0]) else {
            throw RequestFailure(.badRequest, "Sec-WebSocket-Key must be 16 bytes in Base64")
        }
        key = keys[0]
        protocols = Self.protocols(of: headers)
    }

    /// The subprotocols that a client offers, in its order.
    package static func protocols(of headers: HTTPHeaders) -> [String] { words(headers, "Sec-WebSocket-Protocol") }

    /// The first of the service's subprotocols that the client offers.
    package func choice(of supported: [String]) -> String? { supported.first { protocols.contains($0) } }

    /// The headers of the answer; `Connection` is added by the server.
    ///
    /// - Parameter subprotocol: one that the client offers; a browser closes without one if it offers any.
    /// - Returns: `nil` when OpenSSL has no SHA-1.
    func headers(subprotocol: String?) -> HTTPHeaders? {
        let digest = Digest.sha1(Array((key + Self.magic).utf8))
        guard !digest.isEmpty else { return nil }
        var headers: HTTPHeaders = ["Upgrade": "websocket", "Sec-WebSocket-Accept": Base64.encoded(digest)]
        if let subprotocol { headers.append("Sec-WebSocket-Protocol", subprotocol) }
        return headers
    }

    private static func words(_ headers: HTTPHeaders, _ name: String) -> [String] {
        headers.values(name).flatMap { $0.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }) }
            .map { String($0) }
    }

    /// Whether a text is 16 bytes in Base64: 22 characters and two of padding.
    private static func isKey(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 24 && bytes[22...].equals("==")
            && bytes[..<22].allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
                case ASCII.zero...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"): true
                default: false
                }
            }
    }
}

extension RoutedRequest {
    /// The answer that turns the connection into a WebSocket, for a route with GET.
    ///
    /// - Parameters:
    ///   - protocols: the subprotocols of the service, the preferred one first; the first that the client offers is
    ///     chosen.
    ///   - seat: what counts the client until its socket is closed.
    ///   - handler: is told what happens on the socket.
    /// - Throws: when the request is not one for a WebSocket, or `sockets` has enough (503).
    package func webSocket(
        on sockets: WebSockets,
        protocols: [String] = [],
        heartbeat: WebSocketHeartbeat = .ping,
        seat: ClientSeat? = nil,
        handler: any WebSocketHandler
    ) throws(RequestFailure) -> ServerResponse {
        let handshake = try WebSocketHandshake(request)
        guard let headers = handshake.headers(subprotocol: handshake.choice(of: protocols)) else {
            throw RequestFailure(.bug, "internal error")
        }
        guard sockets.hasRoom else {
            throw RequestFailure(.busy, "too many clients are connected", headers: ["Retry-After": "10"])
        }
        let offer = WebSocketOffer(sockets, heartbeat: heartbeat, seat: seat, address: client.address, handler: handler)
        return .webSocket(offer, headers)
    }
}
