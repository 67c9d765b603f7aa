import Basics
import HTTP
import LiveCalls
import SQLite
import Simulation
import TestSupport
import Testing

@testable import CallControl

/// What stands before commands: the audit, the Idempotency-Key, and rates.
struct CommandGateTests {
    private static let call = #"{"number":"1003"}"#

    @Test
    func `a request with a key is done once, and its answer is given again`() async throws {
        let testing = try await ControlTesting()
        try await testing.run { client in
            func send(_ body: String, _ key: String, as name: String = "anna") async throws -> CallsClient.Answer {
                try await client.send(name, .post, "/calls/originate", body, key: key)
            }
            let (first, again) = (try await send(Self.call, "k1"), try await send(Self.call, "k1"))
            #expect(first.status == 202 && again.text == first.text && again.status == 202)
            #expect(client.feature.live.read { model in model.allCalls.count } == 1)
            let other = try await send(#"{"number":"1002"}"#, "k1")
            #expect(other.outcome == "422 IDEMPOTENCY_MISMATCH")
            let wrong = try await send(#"{"number":"8888"}"#, "k2")
            #expect(wrong.outcome == "422 TARGET_INVALID")
            let wrongAgain = try await send(#"{"number":"8888"}"#, "k2")
            #expect(wrongAgain.outcome == "422 TARGET_INVALID")
            // What was refused for the moment is not kept, and keys are each user's own.
            for _ in 0..<2 { #expect(try await send(Self.call, "k1", as: "otto").outcome == "403 FORBIDDEN") }
            let bad = try await send(Self.call, "with blank")
            #expect(bad.outcome == "400 INVALID_REQUEST")
            let audit = try await client.http.get("/api/admin/audit?action=originate", client.tokens["adam"] ?? "")
            let codes = audit.json?["entries"]?.elements?.map { $0["code"]?.string ?? "ok" }
            #expect(codes == ["FORBIDDEN", "FORBIDDEN", "TARGET_INVALID", "ok"])
        }
    }

    @Test
    func `the first request with a key that is at work is not done twice`() async throws {
        let testing = try await ControlTesting(patience: 6000)
        try await testing.run { client in
            let id = try await client.talk()
            testing.pbx.inject(.action(ActionFault("redirect", .ignored)))
            async let first = client.send("anna", .put, "/calls/\(id)/hold", key: "h")
            try await eventually("the first one to be at work") {
                try await client.call(id, "mute", #"{"on":true}"#, as: "mara").outcome == "409 BUSY"
            }
            let second = try await client.send("anna", .put, "/calls/\(id)/hold", key: "h")
            #expect(second.outcome == "409 BUSY" && second.text.contains("Idempotency-Key"))
            let mute = #"{"on":true}"#
            let early = try await client.send("anna", .post, "/calls/\(id)/mute", mute, key: "m")
            #expect(early.outcome == "409 BUSY")
            #expect(try await first.outcome == "504 AMI_TIMEOUT")
            #expect(try await client.send("anna", .put, "/calls/\(id)/hold", key: "h").outcome == "504 AMI_TIMEOUT")
            #expect(client.state(id) == .up)
            // What came too early is done when it comes again.
            #expect(try await client.send("anna", .post, "/calls/\(id)/mute", mute, key: "m").status == 200)
        }
    }

    @Test
    func `the audit has logins and commands, newest first, for administrators`() async throws {
        let testing = try await ControlTesting()
        try await testing.run { client in
            let body = #"{"username":"anna","password":"wrong-password"}"#
            #expect(try await client.http.send(.post, "/api/ami/users/login", "", body: body).status == 401)
            #expect(try await client.call("call_9", "hold").status == 404)
            let new = #"{"username":"nina","password":"a-long-password","role":"agent"}"#
            #expect(try await client.send("adam", .post, "/users/register", new).status == 201)
            func audit(_ query: String, as name: String = "adam") async throws -> CallsClient.Answer {
                try await client.http.get("/api/admin/audit\(query)", client.tokens[name] ?? "")
            }
            #expect(try await audit("", as: "mara").outcome == "403 FORBIDDEN")
            let all = try await audit("")
            let entries = all.json?["entries"]?.elements ?? []
            #expect(entries.compactMap { $0["action"]?.string }.prefix(4) == ["user-add", "hold", "login", "login"])
            #expect(entries.compactMap { $0["id"]?.integer } == entries.indices.map { entries.count - $0 })
            #expect(!all.text.contains("password\":\"a-long") && !all.text.contains("wrong-password"))
            let hold = try #require(entries.dropFirst().first)
            #expect(hold["user"]?.string == "anna" && hold["role"]?.string == "agent")
            #expect(hold["target"]?.string == "call_9" && hold["result"]?.string == "refused")
            #expect(hold["code"]?.string == "CALL_NOT_FOUND" && hold["ms"]?.integer != nil)
            #expect(hold["address"]?.string == "127.0.0.1" && hold["at"]?.integer ?? 0 > 1_700_000_000_000)
            let login = try #require(entries.first { $0["action"]?.string == "login" })
            #expect(login["code"]?.string == "BAD_CREDENTIALS" && login["user"]?.string == "anna")
            let before = try await audit("?user=anna&before=\(hold["id"]?.integer ?? 0)")
            #expect(before.json?["entries"]?.elements?.count == 2)
            #expect(try await audit("?from=99999999999999").json?["entries"]?.elements?.isEmpty == true)
            #expect(try await audit("?before=x").outcome == "400 INVALID_REQUEST")
        }
    }

    @Test
    func `without the database nothing is sent, but calls can be hung up`() async throws {
        let testing = try await ControlTesting()
        try await testing.run { client in
            let id = try await client.talk()
            try await client.feature.logins.keeper.use { try $0.database.execute("DROP TABLE audit") }
            #expect(try await client.call(id, "hold").outcome == "503 DATABASE_OFF")
            #expect(client.state(id) == .up)
            #expect(try await client.send("anna", .delete, "/calls/\(id)").state == "ended")
        }
    }

    @Test
    func `too many requests of a user are refused, and others are not`() async throws {
        let testing = try await ControlTesting()
        try await testing.run { client in
            var answer = try await client.send("otto", .post, "/calls/originate", Self.call)
            for _ in 0..<100 where answer.status == 403 {
                answer = try await client.send("otto", .post, "/calls/originate", Self.call)
            }
            #expect(answer.outcome == "429 RATE_LIMITED")
            #expect(try await client.send("anna", .post, "/calls/originate", #"{"number":"8888"}"#).status == 422)
        }
    }

    @Test
    func `administrators see the connections to the PBX, and what the AMI user may do`() async throws {
        let testing = try await ControlTesting(write: "call,reporting") { $0.amiConnections = 3 }
        try await testing.run { client in
            let path = "/api/admin/ami/connections"
            #expect(try await client.http.get(path, client.tokens["mara"] ?? "").outcome == "403 FORBIDDEN")
            try await eventually("all connections") { client.feature.commands.onlineCount == 2 }
            let json = try await client.http.get(path, client.tokens["adam"] ?? "").json
            let connections = json?["connections"]?.elements ?? []
            #expect(connections.compactMap { $0["purpose"]?.string } == ["events", "commands", "commands"])
            #expect(connections.allSatisfy { $0["state"]?.string == "online" && $0["reconnects"]?.integer == 0 })
            #expect(connections.allSatisfy { $0["version"]?.string?.hasPrefix("Asterisk Call Manager") == true })
            #expect(json?["sync"]?["state"]?.string == "synced" && json?["sync"]?["at"]?.integer != nil)
            let rights = json?["rights"]
            #expect(rights?["call"] == .boolean(true) && rights?["originate"] == .boolean(false))
            #expect(rights?["agent"] == .boolean(false) && rights?["system"] == .boolean(false))
        }
    }
}
