import Basics
import Glibc
import TestSupport
import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(5)))
struct WebSocketTests {
    @Test(arguments: ["/ws", "/later"], [HTTPServerOptions.Mode.oneThread, .threads(2)])
    func `messages go both ways`(target: String, mode: HTTPServerOptions.Mode) async throws {
        let service = try WebSocketService(EchoHandler(greeting: "hello"), mode: mode)
        let more = ClientFrame.text("early") + ClientFrame.text("bird")
        let peer = try await service.connect(target, headers: ["Sec-WebSocket-Protocol: x, test.v1"], more: more)
        #expect(peer.head.hasPrefix("HTTP/1.1 101 ") && peer.head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        #expect(peer.head.contains("Sec-WebSocket-Protocol: test.v1\r\n") == (target == "/ws"))
        #expect(try await peer.text() == "hello")
        #expect(try await peer.text() == "early")
        #expect(try await peer.text() == "bird")
        let long = String(repeating: "é", count: 32_000)
        try await peer.send(text: long)
        #expect(try await peer.text() == long)
        try await peer.send(ClientFrame.text("a", isLast: false) + ClientFrame.bytes(9, [7]))
        #expect(try await peer.frame() == WebSocketPeer.Frame(opcode: 10, payload: [7]))
        try await peer.send(ClientFrame.more("b", isLast: true))
        #expect(try await peer.text() == "ab")
        #expect(service.sockets.count == 1 && service.handler.noted.drained > 0)
        try await peer.send(ClientFrame.close(1000))
        #expect(try await peer.closeCode() == 1000)
        #expect(await peer.isClosed())
        #expect(try await service.handler.ends() == [.client(.normal)])
        try await eventually("the socket is not counted") { service.sockets.count == 0 }
        try await service.stop()
    }

    @Test func `sockets work over TLS`() async throws {
        let certificate = String(decoding: try Fixture.bytes("tls/server.pem"), as: UTF8.self)
        let key = String(decoding: try Fixture.bytes("tls/server-key.pem"), as: UTF8.self)
        let tls = HTTPServerOptions.TLS(certificate: certificate, key: Secret(key))
        // libmicrohttpd reports the end of a connection over TLS when something is sent.
        let heartbeat = WebSocketHeartbeat.ping(interval: .milliseconds(100), timeout: .seconds(60))
        let service = try WebSocketService(EchoHandler(greeting: "hello"), heartbeat: heartbeat, tls: tls)
        let peer = try await WebSocketPeer.connect(port: service.port, more: ClientFrame.text("early"), isTLS: true)
        #expect(peer.head.hasPrefix("HTTP/1.1 101 "))
        #expect(try await peer.text() == "hello")
        #expect(try await peer.text() == "early")
        let long = String(repeating: "x", count: 60_000)
        for _ in 0..<3 {
            try await peer.send(text: long)
            #expect(try await peer.text() == long)
        }
        var gone: WebSocketPeer? = try await WebSocketPeer.connect(port: service.port, isTLS: true)
        _ = try await service.handler.sockets(2)
        gone = nil
        #expect(try await service.handler.ends() == [.lost])
        try await peer.send(ClientFrame.close(1000))
        #expect(try await peer.closeCode() == 1000)
        // Nor does it always close one before something comes.
        try? await peer.send(ClientFrame.text("late"))
        #expect(await peer.isClosed())
        let last = try await WebSocketPeer.connect(port: service.port, isTLS: true)
        _ = try await service.handler.sockets(3)
        async let stopped: Void = service.stop()
        #expect(try await last.closeCode() == 1001)
        try await last.send(ClientFrame.close(1001))
        try await stopped
        _ = gone
    }

    @Test func `a client that breaks the protocol gets the reason and the end`() async throws {
        let service = try WebSocketService { $0.messageLimit = 100 }
        let cases: [([UInt8], Int)] = [
            (ClientFrame.bytes(1, [97], isMasked: false), 1002),
            (ClientFrame.bytes(1, [97], reserved: 4), 1002),
            (ClientFrame.bytes(1, [0xff]), 1007),
            (ClientFrame.text(String(repeating: "x", count: 101)), 1009),
            (ClientFrame.bytes(1, [97], length: 1 << 40), 1009),
            (ClientFrame.bytes(2, [1, 2]), 1003),
            (Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8), 1002),
        ]
        for (bytes, code) in cases {
            let peer = try await service.connect()
            try await peer.send(bytes)
            #expect(try await peer.closeCode() == code)
            // What it sends after that is read, so that it gets no reset before the close frame.
            try? await peer.send([UInt8](repeating: 0x81, count: 100_000))
            if code == 1003 { try? await peer.send(ClientFrame.close(1003)) } else { peer.endWriting() }
            #expect(await peer.isClosed())
        }
        let ends = try await service.handler.ends(cases.count)
        #expect(ends == cases.map { .refused(WebSocketCode(rawValue: UInt16($0.1))) })
        try await service.stop()
    }

    @Test func `the service closes with a code, after what waits`() async throws {
        let service = try WebSocketService()
        let peer = try await service.connect()
        let socket = try await service.handler.sockets()[0]
        socket.send(text: Array("last words".utf8))
        socket.close(WebSocketCode(rawValue: 4401), "token expired")
        socket.close(.normal)
        #expect(!socket.send(text: []))
        #expect(try await peer.text() == "last words")
        #expect(try await peer.closeCode() == 4401)
        try await peer.send(ClientFrame.text("ignored") + ClientFrame.close(4401))
        #expect(await peer.isClosed())
        #expect(try await service.handler.ends() == [.service(WebSocketCode(rawValue: 4401))])
        #expect(service.handler.noted.messages == [])
        try await service.stop()
    }

    @Test func `a client that does not answer a close frame loses its connection`() async throws {
        let service = try WebSocketService { $0.closeTimeout = .milliseconds(50) }
        let peer = try await service.connect()
        try await service.handler.sockets()[0].close(.normal)
        #expect(await peer.isClosed())
        #expect(try await service.handler.ends() == [.service(.normal)])
        try await service.stop()
    }

    @Test func `a connection that ends without a close frame is lost`() async throws {
        let service = try WebSocketService()
        var peer: WebSocketPeer? = try await service.connect()
        try await peer?.send(ClientFrame.text("half", isLast: false))
        peer = nil
        #expect(try await service.handler.ends() == [.lost])
        let half = try await service.connect()
        half.endWriting()
        #expect(try await service.handler.ends(2) == [.lost, .lost])
        #expect(await half.isClosed())
        try await service.stop()
    }

    @Test func `silence after a ping ends the socket, and a pong keeps it`() async throws {
        let clock = ManualClock()
        let service = try WebSocketService { $0.clock = { clock.now } }
        let silent = try await service.connect()
        let alive = try await service.connect()
        _ = try await service.handler.sockets(2)
        for _ in 0..<3 {
            clock.advance(by: .seconds(25))
            #expect(try await alive.frame().opcode == 9)
            try await alive.send(ClientFrame.bytes(10, []) + ClientFrame.text("read"))
            #expect(try await alive.text() == "read")
        }
        #expect(await silent.isClosed())
        #expect(try await service.handler.ends() == [.silent])
        #expect(service.sockets.count == 1)
        clock.run()
        try await service.stop()
    }

    @Test func `pongs that came while the machine stood still keep all sockets`() async throws {
        let clock = ManualClock()
        let service = try WebSocketService { $0.clock = { clock.now } }
        var peers: [WebSocketPeer] = []
        // More than are served in one turn.
        for _ in 0..<200 { peers.append(try await service.connect()) }
        _ = try await service.handler.sockets(peers.count)
        clock.advance(by: .seconds(25))
        for peer in peers { #expect(try await peer.frame().opcode == 9) }
        let pause = service.handler.pause
        try await peers[0].send(ClientFrame.text("pause"))
        try await eventually("the thread stands still") { pause.hasBegun }
        for peer in peers { try await peer.send(ClientFrame.bytes(10, [])) }
        clock.advance(by: .seconds(22))
        pause.end()
        #expect(try await peers[0].text() == "pause")
        clock.advance(by: .seconds(3))
        for peer in peers { #expect(try await peer.frame().opcode == 9) }
        #expect(service.handler.noted.ends.isEmpty)
        clock.run()
        try await service.stop()
    }

    @Test func `a client that does not read is closed with 1013 and delays nobody`() async throws {
        let service = try WebSocketService()
        let deaf = try await service.connect()
        let good = try await service.connect()
        let sockets = try await service.handler.sockets(2)
        let frame = SharedFrame(WebSocketFrame.text([UInt8](repeating: 120, count: 60_000)[...]))
        var sent = 0
        while sockets[0].send(frame) {
            sent += 1
            sockets[1].send(text: Array("\(sent)".utf8))
            #expect(try await good.text() == "\(sent)")
        }
        #expect(sent > 17 && !sockets[0].send(frame))
        var frames = 0
        while case let frame = try await deaf.frame(), frame.opcode != 8 { frames += 1 }
        #expect(frames <= sent)
        #expect(service.handler.noted.ends.isEmpty)
        try await deaf.send(ClientFrame.close(1013))
        #expect(try await service.handler.ends() == [.slow])
        try await service.stop()
    }

    @Test func `a flood of pings costs the answer to some of them`() async throws {
        let service = try WebSocketService()
        let peer = try await service.connect()
        let flood = [[UInt8]](repeating: ClientFrame.bytes(9, [1]), count: 20_000).flatMap { $0 }
        let sending = Task { try? await peer.send(flood + ClientFrame.close(1000)) }
        _ = await sending.value
        #expect(try await peer.closeCode() == 1000)
        try await service.stop()
    }

    @Test func `a server that stops closes with 1001, also where a client does not answer`() async throws {
        let service = try WebSocketService { $0.stopTimeout = .milliseconds(100) }
        let peers = [try await service.connect(), try await service.connect()]
        _ = try await service.handler.sockets(2)
        try await service.stop()
        for peer in peers { #expect(try await peer.closeCode() == 1001) }
        for peer in peers { #expect(await peer.isClosed()) }
        #expect(service.handler.noted.ends == [.service(.goingAway), .service(.goingAway)])
        #expect(service.sockets.count == 0)
    }

    @Test func `a socket that opens after the end of all is closed at once`() async throws {
        let service = try WebSocketService()
        let sockets = service.sockets
        try await Thread.run("stop") { sockets.stop() }
        let late = try await service.connect()
        #expect(late.head.hasPrefix("HTTP/1.1 101 "))
        #expect(await late.isClosed())
        #expect(service.handler.noted.sockets.isEmpty && sockets.count == 0)
        try await service.stop()
    }

    @Test func `one socket too many is refused, and one that ends makes room`() async throws {
        let service = try WebSocketService { $0.limit = 1 }
        let first = try await service.connect()
        _ = try await service.handler.sockets()
        let second = try await service.connect()
        #expect(second.head.hasPrefix("HTTP/1.1 503 ") && second.head.contains("Retry-After: 10\r\n"))
        try await first.send(ClientFrame.close(1000))
        _ = try await service.handler.ends()
        let third = try await service.connect()
        #expect(third.head.hasPrefix("HTTP/1.1 101 "))
        try await service.stop()
    }

    @Test func `a seat is taken as long as its socket exists`() async throws {
        let (sockets, seats, handler) = (try WebSockets(), ClientSeats(), EchoHandler())
        let route = Route.immediate(.get, "/ws", access: .open) { request in
            let seat = try seats.take(user: "ann", address: request.client.address)
            return try request.webSocket(on: sockets, seat: seat, handler: handler)
        }
        let server = try HTTPServer(host: "127.0.0.1", port: 0, router: try Router([route]))
        let peer = try await WebSocketPeer.connect(port: server.port)
        #expect(peer.head.hasPrefix("HTTP/1.1 101 ") && seats.count == 1)
        let refused = try await RawClient.connect(port: server.port, sending: "GET /ws HTTP/1.1\r\nHost: x\r\n\r\n")
        try await refused.read(until: " 426 ")
        try await peer.send(ClientFrame.close(1000))
        #expect(await peer.isClosed())
        try await eventually("the seats are free") { seats.count == 0 }
        try await Thread.run("stop") { server.stop() }
    }

    @Test func `a server with a thread for each connection has no sockets`() async throws {
        let service = try WebSocketService(mode: .threadPerConnection)
        #expect(try await service.connect().head.hasPrefix("HTTP/1.1 503 "))
        try await service.stop()
    }
}
