import Basics
import HTTP
import TestSupport
import Testing

@testable import CallControl

/// What clients keep in their sessions, over HTTP.
struct SessionRoutesTests {
    private static let path = "/api/redis/sessions"

    @Test
    func `a client keeps data in its session, and a change in between is noticed`() async throws {
        let service = try CallsTesting()
        try await service.run { port in
            let token = try await port.login("anna")
            let path = "\(Self.path)/user_1001"
            let session = try #require(try await port.get(path, token).json?["session"])
            #expect(session["sessionId"]?.string == "user_1001" && session["username"]?.string == "anna")
            #expect(session["extension"]?.string == "1001" && session["version"]?.integer == 1)
            #expect(session["data"] == .object([]) && session["lastAck"] == .null)
            let (begin, end) = (session["createdAt"]?.integer ?? 0, session["expiresAt"]?.integer ?? 0)
            #expect(end - begin == 43_200_000 && session["lastSeen"]?.integer ?? 0 >= begin)

            let body = #"{"data":{"tab":"calls","free":{"x":[1]}},"version":1}"#
            let changed = try await port.send(.put, path, token, body: body)
            #expect(changed.json?["session"]?["version"]?.integer == 2)
            #expect(try await port.send(.put, path, token, body: body).outcome == "409 VERSION_CONFLICT")
            #expect(try await port.get(path, token).json?["session"]?["data"]?["tab"]?.string == "calls")
            #expect(try await port.send(.put, path, token, body: #"{"data":{}}"#).outcome == "200")
            let long = String(repeating: "x", count: 33_000)
            for body in ["{}", #"{"data":[]}"#, #"{"data":{},"x":1}"#, #"{"data":{"x":"\#(long)"}}"#] {
                #expect(try await port.send(.put, path, token, body: body).outcome == "400 INVALID_REQUEST")
            }
        }
    }

    @Test
    func `nobody finds the session of another user but an administrator, who may end it`() async throws {
        let service = try CallsTesting()
        try await service.run { port in
            let (anna, mara, root) = (
                try await port.login("anna"), try await port.login("mara"), try await port.login("root")
            )
            let path = "\(Self.path)/user_1001"
            for method in ["GET", "PUT", "DELETE"] {
                let body = method == "PUT" ? #"{"data":{}}"# : ""
                let answer = try await port.send(.init(rawValue: method) ?? .get, path, mara, body: body)
                #expect(answer.outcome == "404 SESSION_NOT_FOUND")
            }
            #expect(try await port.get("\(path)/events", mara).outcome == "404 SESSION_NOT_FOUND")
            #expect(try await port.get("\(Self.path)/user_.mara", mara).status == 200)
            #expect(try await port.get("\(Self.path)/user_1001_2", anna).outcome == "404 SESSION_NOT_FOUND")
            let peer = try await port.webSocket(anna)
            #expect(try await peer.json()["type"]?.string == "hello")
            #expect(try await port.send(.delete, path, root).status == 200)
            #expect(try await peer.error() == "TOKEN_REVOKED")
            #expect(try await peer.closeCode() == 4401)
            #expect(try await port.get("/api/ami/calls", anna).outcome == "401 TOKEN_REVOKED")
            #expect(try await port.get("\(Self.path)/health", root).json?["redis"]?.string == "embedded")
        }
    }

    @Test
    func `a client stores events in its session and reads them again`() async throws {
        let service = try CallsTesting()
        try await service.run { port in
            let token = try await port.login("anna")
            let path = "\(Self.path)/user_1001/events"
            for number in 1...3 {
                let body = #"{"type":"note:added","data":{"n":\#(number)}}"#
                let added = try await port.send(.post, path, token, body: body)
                #expect(added.status == 201 && added.json?["id"]?.integer == number)
            }
            let events = try await port.get("\(path)?after=1&limit=1", token).json?["events"]?.elements
            #expect(events?.count == 1 && events?.first?["data"]?["n"]?.integer == 2)
            #expect(events?.first?["type"]?.string == "note:added")
            let long = String(repeating: "x", count: 5000)
            for body in [#"{"type":"Note"}"#, #"{"type":""}"#, "{}", #"{"type":"a","data":{"x":"\#(long)"}}"#] {
                #expect(try await port.send(.post, path, token, body: body).outcome == "400 INVALID_REQUEST")
            }
            for query in ["?after=x", "?limit=0", "?limit=1001"] {
                #expect(try await port.get(path + query, token).outcome == "400 INVALID_REQUEST")
            }
        }
    }

    @Test
    func `a user and administrators learn of sessions, and nobody else`() async throws {
        let service = try CallsTesting()
        try await service.run { port in
            let root = try await port.webSocket(try await port.login("root"))
            let mara = try await port.webSocket(try await port.login("mara"))
            let token = try await port.login("anna")
            let anna = try await port.webSocket(token)
            for peer in [root, mara, anna] { #expect(try await peer.json()["type"]?.string == "hello") }
            _ = try await port.send(.put, "\(Self.path)/user_1001", token, body: #"{"data":{"secret":1}}"#)
            #expect(try await root.sessionEvent("user_1001") == "session:created")
            for peer in [root, anna] { #expect(try await peer.sessionEvent("user_1001") == "session:changed") }
            _ = try await port.send(.delete, "/api/ami/users/logout", token)
            #expect(try await root.sessionEvent("user_1001") == "session:ended")
            // The manager gets the next call, and had nothing before.
            service.manager.say("Event: Hangup\nUniqueid: 1.1\nChannel: PJSIP/1001-1\nCause: 16")
            let type = try await mara.event()["eventType"]?.string ?? ""
            #expect(!type.hasPrefix("session:"), "\(type)")
        }
    }

    @Test
    func `what a client has acknowledged is known after a restart, so that it learns what it missed`() async throws {
        let service = try CallsTesting()
        let token = Lock("")
        try await service.run { port in
            let text = try await port.login("anna")
            _ = token.exchange(text)
            let peer = try await port.webSocket(text)
            let seq = try await peer.json()["seq"]?.integer ?? 0
            try await peer.send(text: #"{"type":"ack","id":\#(seq)}"#)
            try await eventually("the acknowledgement") {
                let session = try await port.get("\(Self.path)/user_1001", text).json?["session"]
                return session?["lastAck"]?.integer == seq
            }
        }
        try await service.run { port in
            let peer = try await port.webSocket(token.withLock { $0 })
            #expect(try await peer.json()["type"]?.string == "hello")
            #expect(try await peer.event()["eventType"]?.string == "system:gap")
        }
    }

    @Test
    func `a session keeps the newest thousand events, and goes with them`() async throws {
        let testing = try await LoginsTesting()
        let grant = try await testing.login("anna")
        try await testing.keeper.use { store in
            for number in 1...1003 {
                let id = try store.appendEvent("a", "{}", to: grant.session.id, at: LoginsTesting.start)
                #expect(id == number)
            }
            let events = try store.events(of: grant.session.id, after: 0, limit: 2000)
            #expect(events.count == 1000 && events.first?.id == 4)
            _ = try store.replaceData(of: grant.session.id, "{}", version: nil)
            _ = try store.deleteSessions(before: grant.session.end.adding(seconds: 1), limit: 10)
            #expect(try store.events(of: grant.session.id, after: 0, limit: 1).isEmpty)
            #expect(try store.data(of: grant.session.id) == nil)
        }
    }
}

extension WebSocketPeer {
    /// The type of the next event about a session.
    fileprivate func sessionEvent(_ place: String) async throws -> String {
        while true {
            let event = try await event()
            guard let type = event["eventType"]?.string, type.hasPrefix("session:"),
                event["data"]?["sessionId"]?.string == place
            else { continue }
            #expect(event["data"]?["data"] == nil)
            return type
        }
    }
}
