import Basics
import HTTP
import TestSupport
import Testing

@testable import SocketIO

@Suite(.timeLimit(.minutes(5)))
struct PollingTests {
    @Test func `a client polls for events and posts its own`() async throws {
        let service = try SocketIOService()
        let (_, text) = try await service.get("EIO=4&transport=polling&t=abc")
        #expect(text.hasPrefix(#"0{"sid":""#))
        #expect(
            text.hasSuffix(#","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":65536}"#)
        )
        let query = try await service.open()
        #expect(try await service.post(query, #"40{"token":"T"}"#) == (200, "OK"))
        let first = try await service.get(query).text
        #expect(first.hasPrefix(#"40{"sid":""#))
        let events = first.contains("\u{1e}") ? first : try await service.get(query).text
        #expect(events.hasSuffix(#"42["call:established",{"callId":"call_1"}]"#))
        let answer = #"431[{"success":true,"rooms":["extension:1001"]}]"#
        #expect(
            try await service.post(query, #"421["subscribe",{"channels":["call:events"],"after":17}]"#) == (200, "OK")
        )
        #expect(try await service.get(query).text == answer)
        #expect(service.handler.noted.events.map(\.name) == ["subscribe"])
        #expect(service.handler.noted.events[0].arguments[0]["after"] == .integer(17))
        #expect(service.handler.noted.drained > 0)
        #expect(try await service.post(query, "41\u{1e}1") == (200, "OK"))
        #expect(try await service.handler.ends() == [.client])
        #expect(try await service.get(query) == (400, #"{"code":1,"message":"Session ID unknown"}"#))
        #expect(service.clients.count == 1)
        try await service.stop()
    }

    @Test func `a request waits until there is something`() async throws {
        let service = try SocketIOService()
        let query = try await service.connect()
        let session = try await service.handler.session()
        async let waiting = service.get(query)
        for id in 2...40 { session.send(PushedEvent(id: id, type: "e", key: nil, json: Array("\(id)".utf8))) }
        var packets = try await waiting.text.split(separator: "\u{1e}")
        while packets.count < 39 {
            let more = try await service.get(query).text.split(separator: "\u{1e}")
            #expect(more.count <= EnginePayload.limit)
            packets += more
        }
        #expect(packets.map { String($0) } == (2...40).map { #"42["e",\#($0)]"# })
        async let last = service.get(query)
        try await eventually("it waits") { service.server.workingHandlerCount == 1 }
        session.close()
        #expect(try await last.text == "41\u{1e}1")
        #expect(try await service.handler.ends() == [.service])
        try await service.stop()
    }

    @Test func `two requests that wait at once end the session`() async throws {
        let service = try SocketIOService()
        let query = try await service.connect()
        async let one = service.get(query)
        async let two = service.get(query)
        let answers = [try await one, try await two].sorted { $0.status < $1.status }
        #expect(answers[0] == (200, "41\u{1e}1"))
        #expect(answers[1] == (400, #"{"code":3,"message":"Bad request"}"#))
        #expect(try await service.handler.ends() == [.refused])
        try await service.stop()
    }

    @Test func `wrong requests get the answers of the JavaScript server`() async throws {
        let service = try SocketIOService()
        let query = try await service.open()
        func problem(_ code: Int, _ message: String) -> (Int, String) {
            (400, #"{"code":\#(code),"message":"\#(message)"}"#)
        }
        #expect(try await service.get("EIO=4&transport=pigeon") == problem(0, "Transport unknown"))
        #expect(try await service.get("EIO=4") == problem(0, "Transport unknown"))
        #expect(try await service.get("EIO=4&transport=polling&sid=nope") == problem(1, "Session ID unknown"))
        #expect(try await service.post("EIO=4&transport=polling", "2") == problem(2, "Bad handshake method"))
        #expect(try await service.get("EIO=4&transport=websocket") == problem(3, "Bad request"))
        #expect(try await service.get("EIO=3&transport=polling") == problem(5, "Unsupported protocol version"))
        #expect(try await service.get("transport=polling") == problem(5, "Unsupported protocol version"))
        let upgrade = query.replacing("polling", with: "websocket")
        #expect(try await service.get(upgrade) == problem(3, "Bad request"))
        #expect(try await service.post(upgrade, "2") == problem(3, "Bad request"))
        let long = try await service.post(query, "4" + String(repeating: "x", count: 65536))
        #expect(long.status == 413)
        #expect(service.clients.count == 1)
        #expect(EngineFailure.forbidden.response.status == 403)
        try await service.stop()
    }

    @Test(arguments: [
        "", "x", "2", "0", "5", "42[\"early\"]", "40{\"token\":\"T\"}\u{1e}40",
        "451-[\"b\",{\"_placeholder\":true,\"num\":0}]\u{1e}b/w==", "44{}",
    ])
    func `what does not belong here ends the session`(body: String) async throws {
        let service = try SocketIOService()
        let query = try await service.open()
        #expect(try await service.post(query, body) == (400, #"{"code":3,"message":"Bad request"}"#))
        #expect(try await service.get(query).status == 400)
        #expect(service.clients.count == 0)
        try await service.stop()
    }

    @Test func `a client that answers pings stays, and a silent one ends`() async throws {
        let service = try SocketIOService {
            $0.pingInterval = .milliseconds(50)
            $0.pingTimeout = .seconds(3)
        }
        let query = try await service.connect()
        for _ in 0..<5 {
            #expect(try await service.get(query).text == "2")
            #expect(try await service.post(query, "3").status == 200)
        }
        #expect(try await service.handler.ends() == [.silent])
        #expect(service.clients.count == 0)
        try await service.stop()
    }

    @Test func `a session without an accepted connection ends`() async throws {
        let service = try SocketIOService { $0.connectTimeout = .seconds(2) }
        let query = try await service.open()
        #expect(try await service.post(query, #"40{"token":"wrong"}"#).status == 200)
        #expect(try await service.get(query).text == #"44{"message":"Unauthorized"}"#)
        #expect(try await service.post(query, "40/admin,{}").status == 200)
        #expect(try await service.get(query).text == #"44/admin,{"message":"Invalid namespace"}"#)
        try await eventually("the session ends") { service.clients.count == 0 }
        #expect(service.handler.noted.ends == [.service])
        try await service.stop()
    }

    @Test func `a client that does not poll is ended when too much waits`() async throws {
        let service = try SocketIOService()
        _ = try await service.connect()
        let session = try await service.handler.session()
        var sent = 0
        while session.send(PushedEvent(id: sent, type: "e", key: nil, json: Array("{}".utf8))) { sent += 1 }
        #expect(sent == 256)
        #expect(try await service.handler.ends() == [.slow])
        try await service.stop()
    }

    @Test func `a client that goes away while it polls loses nothing that comes later`() async throws {
        let service = try SocketIOService()
        let query = try await service.connect()
        let session = try await service.handler.session()
        let request = "GET /socket.io/?\(query) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        var gone: RawClient? = try await RawClient.connect(port: service.port, sending: request)
        try await eventually("it waits") { service.server.workingHandlerCount == 1 }
        gone = nil
        try await eventually("its request is given up") { service.server.workingHandlerCount == 0 }
        session.send("late", json: Array("{}".utf8))
        #expect(try await service.get(query).text == #"42["late",{}]"#)
        _ = gone
        try await service.stop()
    }

    @Test func `sessions are limited`() async throws {
        let service = try SocketIOService { $0.limit = 1 }
        let query = try await service.open()
        #expect(try await service.get("EIO=4&transport=polling").status == 503)
        _ = try await service.post(query, "1")
        _ = try await service.open()
        try await service.stop()
    }
}
