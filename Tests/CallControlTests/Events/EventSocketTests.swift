import Basics
import Glibc
import HTTP
import TestSupport
import Testing

@testable import CallControl

/// `/ws`, with a client that reads and writes frames.
@Suite(.timeLimit(.minutes(5)))
struct EventSocketTests {
    @Test
    func `a client with a token gets what it may see`() async throws {
        let port = try await SocketsPort()
        let (peer, last) = try await port.open(try await port.logins.login("anna").accessToken)
        #expect(last == port.hub.last)
        port.publish("call_1", of: "1002")
        let id = port.publish("call_2", of: "1001")
        let event = try await peer.event()
        #expect(event["id"]?.integer == id && event["callId"]?.string == "call_2")
        #expect(port.routes.counts.webSocket == 1)
        try await peer.send(ClientFrame.close(1000))
        #expect(await peer.isClosed())
        try await eventually("the client is forgotten") {
            port.hub.listenerCount == 0 && port.routes.counts.webSocket == 0
        }
        try await port.stop()
    }

    @Test
    func `a browser shows its token among the subprotocols, and never gets it back`() async throws {
        let port = try await SocketsPort()
        let token = try await port.logins.login("anna").accessToken
        let offer = "Sec-WebSocket-Protocol: asterisk-calls.v1, bearer.\(token)"
        let peer = try await WebSocketPeer.connect(port: port.port, headers: [offer])
        #expect(peer.head.hasPrefix("HTTP/1.1 101 "))
        #expect(peer.head.contains("Sec-WebSocket-Protocol: asterisk-calls.v1\r\n"))
        #expect(!peer.head.contains(token))
        try await port.stop()
    }

    @Test(arguments: [
        [], ["Authorization: Bearer wrong"], ["Sec-WebSocket-Protocol: asterisk-calls.v1, bearer.wrong"],
        ["Sec-WebSocket-Protocol: asterisk-calls.v1"],
    ])
    func `nobody else is let in`(headers: [String]) async throws {
        let port = try await SocketsPort()
        let peer = try await WebSocketPeer.connect(port: port.port, headers: headers)
        #expect(peer.head.hasPrefix("HTTP/1.1 401 "))
        try await port.stop()
    }

    @Test
    func `a client that names rooms gets those and the one of its own extension`() async throws {
        let port = try await SocketsPort()
        let (peer, _) = try await port.open(try await port.logins.login("mia").accessToken)
        port.publish("call_1", of: "1009")
        #expect(try await peer.event()["callId"]?.string == "call_1")
        try await peer.send(text: #"{"type":"subscribe","rooms":["call:call_2"]}"#)
        try await peer.send(text: #"{"type":"unsubscribe"}"#)
        // Both were taken when the answer to a third message comes.
        try await peer.send(text: #"{"type":"nothing"}"#)
        #expect(try await peer.error() == "INVALID_REQUEST")
        port.publish("call_1", of: "1009")
        port.publish("call_2", of: "1009")
        port.publish("call_3", of: "1100")
        #expect(try await peer.event()["callId"]?.string == "call_2")
        #expect(try await peer.event()["callId"]?.string == "call_3")
        try await peer.send(text: #"{"type":"unsubscribe","rooms":["call:call_2","extension:1100"]}"#)
        try await peer.send(text: "no JSON")
        #expect(try await peer.error() == "INVALID_REQUEST")
        port.publish("call_2", of: "1100")
        port.hub.publish("system:synced", to: EventAudience(scope: .all)) { _ in }
        #expect(try await peer.event()["eventType"]?.string == "system:synced")
        try await port.stop()
    }

    @Test(arguments: [
        "[]", "{}", #"{"type":7}"#, #"{"type":"subscribe","rooms":["kitchen"]}"#,
        #"{"type":"subscribe","room":"all"}"#, #"{"type":"subscribe","after":"7"}"#, #"{"type":"ack"}"#,
        #"{"type":"ack","id":-1}"#, #"{"type":"ack","id":9000000000000000}"#, #"{"type":"auth"}"#,
        #"{"type":"subscribe","type":"ack","id":1}"#,
    ])
    func `what is no request is answered, and the socket goes on`(message: String) async throws {
        let port = try await SocketsPort()
        let (peer, _) = try await port.open(try await port.logins.login("anna").accessToken)
        try await peer.send(text: message)
        #expect(try await peer.error() == "INVALID_REQUEST")
        port.publish("call_1", of: "1001")
        #expect(try await peer.event()["callId"]?.string == "call_1")
        try await port.stop()
    }

    @Test
    func `a client that asks without end is held up`() async throws {
        let port = try await SocketsPort()
        let (peer, _) = try await port.open(try await port.logins.login("anna").accessToken)
        for _ in 0..<100 { try await peer.send(text: #"{"type":"subscribe","rooms":[]}"#) }
        #expect(try await peer.error() == "RATE_LIMITED")
        try await port.stop()
    }

    @Test
    func `a socket ends with its token, and goes on with a fresh one`() async throws {
        let port = try await SocketsPort()
        let (grant, other) = (try await port.logins.login("anna"), try await port.logins.login("anna"))
        let (peer, _) = try await port.open(grant.accessToken)
        let (idle, _) = try await port.open(grant.accessToken)
        port.logins.advance(600)
        let fresh = try await port.logins.logins.refresh(Secret(grant.refreshToken))
        for (token, code) in [("wrong", "UNAUTHORIZED"), (other.accessToken, "FORBIDDEN")] {
            try await peer.send(text: #"{"type":"auth","token":"\#(token)"}"#)
            #expect(try await peer.error() == code)
        }
        try await peer.send(text: #"{"type":"auth","token":"\#(fresh.accessToken)"}"#)
        try await peer.send(text: "{}")
        #expect(try await peer.error() == "INVALID_REQUEST")
        port.logins.advance(400)
        port.hub.checkLogins()
        #expect(try await idle.error() == "TOKEN_EXPIRED")
        #expect(try await idle.closeCode() == 4401)
        port.publish("call_1", of: "1001")
        #expect(try await peer.event()["callId"]?.string == "call_1")
        try await port.logins.logins.logout(session: grant.session.id)
        port.publish("call_1", of: "1001")
        #expect(try await peer.error() == "TOKEN_REVOKED")
        #expect(try await peer.closeCode() == 4401)
        #expect(port.drops[.expired]?.value == 1 && port.drops[.revoked]?.value == 1)
        try await port.stop()
    }

    @Test
    func `a client that comes back without a number goes on behind what it acknowledged`() async throws {
        let port = try await SocketsPort()
        let token = try await port.logins.login("anna").accessToken
        let (peer, _) = try await port.open(token)
        let ids = (1...3).map { port.publish("call_\($0)", of: "1001") }
        for id in ids { #expect(try await peer.event()["id"]?.integer == id) }
        try await peer.send(text: #"{"type":"ack","id":\#(ids[1])}"#)
        // An older number takes nothing back.
        try await peer.send(text: #"{"type":"ack","id":\#(ids[0])}"#)
        try await peer.send(ClientFrame.close(1000))
        #expect(await peer.isClosed())
        let next = try await port.open(token).peer
        #expect(try await next.event()["id"]?.integer == ids[2])
        try await port.stop()
    }

    @Test
    func `a client that does not read is closed, and another one notices nothing`() async throws {
        let port = try await SocketsPort()
        let (slow, _) = try await port.open(try await port.logins.login("ada").accessToken)
        let (quick, _) = try await port.open(try await port.logins.login("root").accessToken)
        let text = String(repeating: "x", count: 20_000)
        // The system keeps little for the client that does not read.
        var size: Int32 = 16 << 10
        unsafe setsockopt(slow.descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        for number in 0..<200 {
            let audience = EventAudience(object: Array("call_\(number)".utf8))
            port.hub.publish("call:updated", to: audience) { $0.required("data", text) }
            #expect(try await quick.frame().opcode == 1)
        }
        try await eventually("the slow one is closed") { port.drops[.slow]?.value == 1 }
        #expect(await slow.isClosed())
        try await port.stop()
    }

    @Test
    func `a user has ten sockets`() async throws {
        let port = try await SocketsPort()
        let token = try await port.logins.login("anna").accessToken
        var peers: [WebSocketPeer] = []
        for _ in 0..<10 { peers.append(try await port.open(token).peer) }
        let refused = try await WebSocketPeer.connect(port: port.port, headers: ["Authorization: Bearer \(token)"])
        #expect(refused.head.hasPrefix("HTTP/1.1 429 ") && refused.head.contains("Retry-After: 10"))
        try await peers.removeLast().send(ClientFrame.close(1000))
        try await eventually("a place") {
            try await WebSocketPeer.connect(port: port.port, headers: ["Authorization: Bearer \(token)"]).head
                .hasPrefix("HTTP/1.1 101 ")
        }
        try await port.stop()
    }

    @Test(arguments: [1, 2, 3])
    func `a client that is cut off anywhere gets all events once, in order`(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let port = try await SocketsPort()
        let token = try await port.logins.login("anna").accessToken
        var (peer, last) = try await port.open(token)
        var (expected, received): ([Int], [Int]) = ([], [])
        for _ in 0..<20 {
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                let isMine = Bool.random(using: &random)
                let id = port.publish("call_\(expected.count)", of: isMine ? "1001" : "1002")
                if isMine { expected.append(id) }
            }
            for _ in 0..<Int.random(in: 0...(expected.count - received.count), using: &random) {
                last = try await peer.event()["id"]?.integer ?? 0
                received.append(last)
            }
            // The rest is lost.
            if Bool.random(using: &random) { peer = try await port.open(token, "?after=\(last)").peer }
        }
        while received.count < expected.count { received.append(try await peer.event()["id"]?.integer ?? 0) }
        #expect(received == expected)
        try await port.stop()
    }

    @Test
    func `what was missed follows when a client says so later, without what came meanwhile`() async throws {
        let port = try await SocketsPort()
        let token = try await port.logins.login("anna").accessToken
        let before = port.hub.last
        let missed = (0..<100).map { port.publish("call_\($0)", of: "1001") }
        let (peer, _) = try await port.open(token)
        let live = port.publish("call_200", of: "1001")
        #expect(try await peer.event()["id"]?.integer == live)
        try await peer.send(text: #"{"type":"subscribe","rooms":["all"],"after":\#(before)}"#)
        for id in missed { #expect(try await peer.event()["id"]?.integer == id) }
        let next = port.publish("call_201", of: "1001")
        #expect(try await peer.event()["id"]?.integer == next)
        // A number that is not known brings a gap.
        try await peer.send(text: #"{"type":"subscribe","after":7}"#)
        #expect(try await peer.event()["eventType"]?.string == "system:gap")
        let refused = try await WebSocketPeer.connect(
            port: port.port,
            "/ws?after=x",
            headers: ["Authorization: Bearer \(token)"]
        )
        #expect(refused.head.hasPrefix("HTTP/1.1 400 "))
        try await port.stop()
    }
}
