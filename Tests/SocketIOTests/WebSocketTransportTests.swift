import Basics
import HTTP
import TestSupport
import Testing

@testable import SocketIO

@Suite(.timeLimit(.minutes(5)))
struct WebSocketTransportTests {
    @Test func `a session begins with a WebSocket`() async throws {
        let service = try SocketIOService()
        let peer = try await service.webSocket()
        let open = try await peer.text()
        #expect(open.hasPrefix(#"0{"sid":""#) && open.contains(#""upgrades":[],"#))
        try await peer.send(text: #"40{"token":"T"}"#)
        #expect(try await peer.text().hasPrefix(#"40{"sid":""#))
        #expect(try await peer.text() == #"42["call:established",{"callId":"call_1"}]"#)
        try await peer.send(text: #"427["subscribe",{}]"#)
        #expect(try await peer.text() == #"437[{"success":true,"rooms":["extension:1001"]}]"#)
        try await peer.send(text: #"42["quiet"]"#)
        try await peer.send(text: "41")
        #expect(try await service.handler.ends() == [.client])
        #expect(service.handler.noted.events.map(\.id) == [7, nil])
        try await peer.send(text: #"40{"token":"T"}"#)
        #expect(try await peer.text().hasPrefix(#"40{"sid":""#))
        try await peer.send(ClientFrame.close(1000))
        #expect(try await peer.closeCode() == 1000)
        #expect(try await service.handler.ends(2) == [.client, .client])
        #expect(service.clients.count == 0)
        try await service.stop()
    }

    @Test func `a session that polls goes on with a WebSocket, and what waits follows`() async throws {
        let service = try SocketIOService()
        let query = try await service.connect()
        let session = try await service.handler.session()
        async let waiting = service.get(query)
        try await eventually("a request waits") { service.server.workingHandlerCount == 1 }
        let peer = try await service.webSocket(query.replacing("polling", with: "websocket"))
        try await peer.send(text: "2probe")
        #expect(try await peer.text() == "3probe")
        #expect(try await waiting.text == "6")
        session.send("one", json: Array("1".utf8))
        #expect(try await service.get(query).text == "6")
        #expect(session.waiting == 1)
        try await peer.send(text: "5")
        #expect(try await peer.text() == #"42["one",1]"#)
        session.send(CallsHandler.established)
        #expect(try await peer.text() == #"42["call:established",{"callId":"call_1"}]"#)
        #expect(try await service.get(query).status == 400)
        #expect(try await service.post(query, "3").status == 400)
        try await peer.send(text: #"421["subscribe",{}]"#)
        #expect(try await peer.text().hasPrefix("431["))
        session.close(WebSocketCode(rawValue: 4401), "token expired")
        #expect(try await peer.text() == "41")
        #expect(try await peer.closeCode() == 4401)
        #expect(try await service.handler.ends() == [.service])
        try await service.stop()
    }

    @Test(arguments: ["5", "2", "2prob", "40", "3probe", "x"])
    func `a WebSocket that does not probe leaves the session to polling`(text: String) async throws {
        let service = try SocketIOService()
        let query = try await service.connect()
        let peer = try await service.webSocket(query.replacing("polling", with: "websocket"))
        try await peer.send(text: text)
        #expect(try await peer.closeCode() == 1008)
        try await service.handler.session().send("still", json: Array("1".utf8))
        #expect(try await service.get(query).text == #"42["still",1]"#)
        try await service.stop()
    }

    @Test func `a WebSocket that probes and goes away, or is late, leaves the session to polling`() async throws {
        let service = try SocketIOService { $0.upgradeTimeout = .milliseconds(100) }
        let query = try await service.connect()
        let upgrade = query.replacing("polling", with: "websocket")
        let late = try await service.webSocket(upgrade)
        try await late.send(text: "2probe")
        #expect(try await late.text() == "3probe")
        let second = try await service.webSocket(upgrade)
        try await second.send(text: "2probe")
        #expect(try await second.closeCode() == 1008)
        #expect(try await late.closeCode() == 1008)
        try await late.send(ClientFrame.close(1008))
        #expect(await late.isClosed())
        try await service.handler.session().send("still", json: Array("1".utf8))
        try await eventually("the session polls again") {
            try await service.get(query).text == #"42["still",1]"#
        }
        try await service.stop()
    }

    @Test func `a WebSocket gets pings, and one that is silent is closed`() async throws {
        let service = try SocketIOService {
            $0.pingInterval = .milliseconds(50)
            $0.pingTimeout = .seconds(3)
        }
        let peer = try await service.webSocket()
        _ = try await peer.text()
        try await peer.send(text: #"40{"token":"T"}"#)
        var pings = 0
        while pings < 5 {
            guard try await peer.text() == "2" else { continue }
            pings += 1
            try await peer.send(text: "3")
        }
        #expect(await peer.isClosed())
        #expect(try await service.handler.ends() == [.silent])
        try await service.stop()
    }

    @Test func `binary data and packets that do not belong here close the socket`() async throws {
        let service = try SocketIOService()
        let binary = #"451-["b",{"_placeholder":true,"num":0}]"#
        let cases: [([UInt8], Int)] = [
            (ClientFrame.text(binary), 1003), (ClientFrame.bytes(2, [1]), 1003), (ClientFrame.text("bAA=="), 1003),
            (ClientFrame.text("2probe"), 1008), (ClientFrame.text("5"), 1008),
            (ClientFrame.text("42[\"early\"]"), 1008),
            (ClientFrame.text(""), 1008), (ClientFrame.bytes(1, [0x34, 0xff]), 1007),
        ]
        for (bytes, code) in cases {
            let peer = try await service.webSocket()
            _ = try await peer.text()
            try await peer.send(bytes)
            #expect(try await peer.closeCode() == code)
        }
        try await eventually("all sessions end") { service.clients.count == 0 }
        #expect(service.handler.noted.ends.isEmpty)
        try await service.stop()
    }

    @Test func `a session without an accepted connection is closed`() async throws {
        let service = try SocketIOService { $0.connectTimeout = .seconds(2) }
        let peer = try await service.webSocket()
        try await peer.send(text: #"40{"token":"wrong"}"#)
        _ = try await peer.text()
        #expect(try await peer.text() == #"44{"message":"Unauthorized"}"#)
        #expect(try await peer.closeCode() == 1008)
        #expect(service.handler.noted.ends == [.service])
        try await service.stop()
    }
}
