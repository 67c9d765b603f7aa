import Basics
import HTTP
import TestSupport
import Testing

@testable import CallControl

/// `/socket.io/` with WebSockets; IntegrationTests try python-socketio.
@Suite(.timeLimit(.minutes(5)))
struct SocketIOTests {
    @Test
    func `a client with a token gets events by their names, and answers to what it asks`() async throws {
        let port = try await SocketsPort()
        let peer = try await port.connect(try await port.logins.login("anna").accessToken)
        let before = port.publish("call_1", of: "1001", type: "call:established")
        #expect(try await peer.packet().hasPrefix(#"42["call:established",{"id":\#(before),"#))
        try await peer.send(text: #"420["subscribe",{"rooms":["queue:sales"],"after":\#(before)}]"#)
        let rooms = #""rooms":["extension:1001","queue:sales"]"#
        #expect(try await peer.packet() == #"430[{"success":true,\#(rooms),"seq":\#(before)}]"#)
        try await peer.send(text: #"421["unsubscribe",{"rooms":["queue:sales"]}]"#)
        #expect(try await peer.packet().hasPrefix(#"431[{"success":true,"rooms":["extension:1001"],"#))
        try await peer.send(text: #"422["ack",{"id":\#(before)}]"#)
        #expect(try await peer.packet() == #"432[{"success":true}]"#)
        try await peer.send(text: #"423["ping:server"]"#)
        #expect(try await peer.packet().hasPrefix(#"433[{"success":true,"timestamp":"#))
        #expect(port.routes.counts == (0, 1))
        try await peer.send(text: "41")
        try await eventually("the client is forgotten") { port.hub.listenerCount == 0 }
        try await port.stop()
    }

    @Test(arguments: [#"40{"token":"wrong"}"#, "40", #"40{"token":7}"#])
    func `nobody else is let in`(packet: String) async throws {
        let port = try await SocketsPort()
        let peer = try await port.engine()
        try await peer.send(text: packet)
        #expect(try await peer.packet() == #"44{"message":"Unauthorized"}"#)
        port.publish("call_1", of: "1001")
        // The same connection may try again.
        let token = try await port.logins.login("anna").accessToken
        try await peer.send(text: #"40{"token":"\#(token)"}"#)
        #expect(try await peer.packet().hasPrefix(#"40{"sid":""#))
        try await port.stop()
    }

    @Test(arguments: [
        (#"["subscribe",{"rooms":["kitchen"]}]"#, "INVALID_REQUEST"), (#"["subscribe",[]]"#, "INVALID_REQUEST"),
        (#"["ack",{"id":9000000000000000}]"#, "INVALID_REQUEST"), (#"["nothing"]"#, "INVALID_REQUEST"),
        (#"["ping:server",{"x":1}]"#, "INVALID_REQUEST"), (#"["agent:status",{}]"#, "INVALID_REQUEST"),
        (#"["agent:status",{"status":"paused","reason":"lunch"}]"#, "NOT_SUPPORTED"),
        (#"["auth:refresh",{"token":"wrong"}]"#, "UNAUTHORIZED"),
    ])
    func `what is refused is answered with the code`(event: String, code: String) async throws {
        let port = try await SocketsPort()
        let peer = try await port.connect(try await port.logins.login("anna").accessToken)
        try await peer.send(text: "427\(event)")
        #expect(try await peer.packet().hasPrefix(#"437[{"success":false,"error":"\#(code)","message":""#))
        try await port.stop()
    }

    @Test
    func `an agent sets the own state through the commands of the service, one at a time`() async throws {
        let gate = Promise<Void>()
        let port = try await SocketsPort(
            SocketCommands { caller, status, reason throws(RequestFailure) in
                await gate.value
                guard caller.account.extension == "1001", status == "paused", reason == "lunch" else {
                    throw CallsFailure.invalidRequest.because("other words")
                }
            }
        )
        let peer = try await port.connect(try await port.logins.login("anna").accessToken)
        try await peer.send(text: #"421["agent:status",{"status":"paused","reason":"lunch"}]"#)
        try await peer.send(text: #"422["agent:status",{"status":"paused","reason":"lunch"}]"#)
        let first = try await peer.packet()
        #expect(first.contains(#""error":"BUSY""#))
        gate.fulfil(())
        let second = try await peer.packet()
        #expect(second.hasSuffix(#"[{"success":true}]"#))
        #expect(Set([first.prefix(3), second.prefix(3)]) == ["431", "432"])
        try await port.stop()
    }

    @Test
    func `the end of the login is an event, and then the end`() async throws {
        let port = try await SocketsPort()
        let grant = try await port.logins.login("anna")
        let peer = try await port.connect(grant.accessToken)
        port.logins.advance(600)
        let fresh = try await port.logins.logins.refresh(Secret(grant.refreshToken)).accessToken
        try await peer.send(text: #"421["auth:refresh",{"token":"\#(fresh)"}]"#)
        #expect(try await peer.packet().hasPrefix(#"431[{"success":true,"expiresAt":"#))
        port.logins.advance(400)
        port.hub.checkLogins()
        let id = port.publish("call_1", of: "1001")
        #expect(try await peer.packet().contains(#""id":\#(id),"#))
        port.logins.advance(600)
        port.hub.checkLogins()
        #expect(try await peer.packet() == #"42["auth:expired",{"code":"TOKEN_EXPIRED"}]"#)
        #expect(try await peer.packet() == "41")
        #expect(try await peer.closeCode() == 4401)
        try await port.stop()
    }

    @Test
    func `a client that comes back has what it missed`() async throws {
        let port = try await SocketsPort()
        let token = try await port.logins.login("anna").accessToken
        let before = port.hub.last
        let missed = (0..<100).map { port.publish("call_\($0)", of: "1001") }
        let peer = try await port.connect(token, more: #","after":\#(before)"#)
        for id in missed { #expect(try await peer.packet().contains(#""id":\#(id),"#)) }
        try await port.stop()
    }

    @Test
    func `clients without a user are counted by address, then by user`() async throws {
        let port = try await SocketsPort()
        let token = try await port.logins.login("anna").accessToken
        var peers: [WebSocketPeer] = []
        for _ in 0..<10 { peers.append(try await port.connect(token)) }
        let surplus = try await port.engine()
        try await surplus.send(text: #"40{"token":"\#(token)"}"#)
        #expect(try await surplus.packet().hasPrefix(#"44{"message":"Too many clients"#))
        for _ in 0..<19 { peers.append(try await port.engine()) }
        let refused = try await WebSocketPeer.connect(port: port.port, SocketsPort.engine)
        #expect(refused.head.hasPrefix("HTTP/1.1 429 "))
        withExtendedLifetime(peers) {}
        try await port.stop()
    }
}

extension SocketsPort {
    static let engine = "/socket.io/?EIO=4&transport=websocket"

    /// A session of Engine.IO.
    func engine() async throws -> WebSocketPeer {
        let peer = try await WebSocketPeer.connect(port: port, Self.engine)
        #expect(try await peer.text().hasPrefix("0{"))
        return peer
    }

    /// A client that is connected.
    func connect(_ token: String, more: String = "") async throws -> WebSocketPeer {
        let peer = try await engine()
        try await peer.send(text: #"40{"token":"\#(token)"\#(more)}"#)
        #expect(try await peer.packet().hasPrefix(#"40{"sid":""#))
        return peer
    }
}

extension WebSocketPeer {
    /// The next packet that is no ping.
    func packet() async throws -> String {
        while true {
            let text = try await text()
            if text != "2" { return text }
        }
    }
}
