package import Basics

/// A client of WebSockets that says exactly what a test wants, and reads when the test wants it.
///
/// `@unchecked Sendable`: a test makes one call at a time.
package final class WebSocketPeer: @unchecked Sendable {
    package struct Frame: Sendable, Equatable {
        package let opcode: UInt8
        package let payload: [UInt8]

        package init(opcode: UInt8, payload: [UInt8]) { (self.opcode, self.payload) = (opcode, payload) }

        package var text: String { payload[...].text }

        /// The code of a close frame; 0 without one.
        package var code: Int { payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : 0 }
    }

    /// The head of the answer.
    package private(set) var head = ""
    private let socket: Socket
    private let stream: any ByteStream
    private var received: [UInt8] = []

    /// - Parameter stream: what goes over the socket; `nil` for the socket itself.
    private init(_ socket: Socket, _ stream: (any ByteStream)?) {
        self.socket = socket
        self.stream = stream ?? socket
    }

    /// The request that opens a WebSocket.
    package static func request(_ target: String, _ headers: [String] = []) -> String {
        let lines = [
            "GET \(target) HTTP/1.1", "Host: localhost", "Connection: Upgrade", "Upgrade: websocket",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]
        return (lines + headers).map { $0 + "\r\n" }.joined() + "\r\n"
    }

    /// Connects and opens a WebSocket.
    ///
    /// - Parameter more: bytes that are sent along with the request.
    package static func connect(
        port: UInt16,
        _ target: String = "/ws",
        headers: [String] = [],
        more: [UInt8] = [],
        isTLS: Bool = false
    ) async throws -> WebSocketPeer {
        try await Thread.run("ws-peer") {
            Result { () throws(NetworkError) in
                try connectNow(port: port, target, headers: headers, more: more, isTLS: isTLS)
            }
        }.get()
    }

    /// As `connect`; blocks.
    package static func connectNow(
        port: UInt16,
        _ target: String = "/ws",
        headers: [String] = [],
        more: [UInt8] = [],
        isTLS: Bool = false
    ) throws(NetworkError) -> WebSocketPeer {
        let socket = try Socket.connect(host: "127.0.0.1", port: port, timeout: .seconds(60))
        var tls: TLSStream?
        if isTLS {
            let configuration = TLSStream.Configuration(verifies: false)
            tls = try TLSStream(socket, host: "127.0.0.1", configuration: configuration, timeout: .seconds(60))
        }
        let peer = WebSocketPeer(socket, tls)
        try peer.sendNow(Array(request(target, headers).utf8) + more)
        peer.head = try peer.readHead()
        return peer
    }

    package var descriptor: Int32 { socket.descriptor }

    package func send(_ bytes: [UInt8]) async throws {
        try await run { peer throws(NetworkError) in try peer.sendNow(bytes) }
    }

    package func send(text: String) async throws { try await send(ClientFrame.text(text)) }

    package func sendNow(_ bytes: [UInt8]) throws(NetworkError) {
        try stream.writeAll(bytes[...], timeout: .seconds(60))
    }

    /// The next frame.
    package func frame() async throws -> Frame {
        try await run { peer throws(NetworkError) in try peer.nextFrame() }
    }

    /// The text of the next frame, without pings.
    package func text() async throws -> String {
        while true {
            let frame = try await frame()
            if frame.opcode == 1 { return frame.text }
            if frame.opcode == 8 { return "closed with \(frame.code)" }
        }
    }

    /// Reads to the close frame; its code.
    package func closeCode() async throws -> Int {
        while true {
            let frame = try await frame()
            if frame.opcode == 8 { return frame.code }
        }
    }

    /// Whether the connection ends; reads all that comes before.
    package func isClosed() async -> Bool {
        do {
            while true { _ = try await frame() }
        } catch {
            return (error as? NetworkError) != .timedOut("read")
        }
    }

    package func endWriting() { socket.endWriting() }

    package func nextFrame() throws(NetworkError) -> Frame {
        while true {
            if let frame = takeFrame() { return frame }
            try readMore()
        }
    }

    /// A frame that has arrived whole.
    private func takeFrame() -> Frame? {
        guard received.count >= 2 else { return nil }
        var start = 2
        var length = Int(received[1] & 0x7f)
        if length >= 126 {
            start = length == 126 ? 4 : 10
            guard received.count >= start else { return nil }
            length = received[2..<start].reduce(0) { $0 << 8 | Int($1) }
        }
        guard received.count >= start + length else { return nil }
        let frame = Frame(opcode: received[0] & 0xf, payload: Array(received[start..<start + length]))
        received.removeFirst(start + length)
        return frame
    }

    private func readHead() throws(NetworkError) -> String {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = received.firstRange(of: end) {
                defer { received.removeFirst(range.upperBound) }
                return received[..<range.upperBound].text
            }
            try readMore()
        }
    }

    private func readMore() throws(NetworkError) {
        var chunk = [UInt8](repeating: 0, count: 65536)
        // TLS may hold bytes that the socket does not have any more.
        while true {
            if let count = try stream.read(into: &chunk) { return received += chunk[..<count] }
            guard Poll.wait(for: .read, on: socket.descriptor, timeout: .seconds(60)) == .ready else {
                throw .timedOut("read")
            }
        }
    }

    private func run<Value: Sendable>(
        _ body: @escaping @Sendable (WebSocketPeer) throws(NetworkError) -> Value
    ) async throws -> Value {
        try await Thread.run("ws-peer") {
            Result { () throws(NetworkError) in try body(self) }
        }.get()
    }
}
