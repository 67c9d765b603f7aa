import Basics
import Daemon
import HTTP
import TestSupport
import Testing

@testable import CallControl

/// The service as it runs, with a PBX and clients over HTTP.
struct CallsServiceTests {
    @Test
    func `who logs in sees the own calls, or all of them`() async throws {
        let service = try CallsTesting()
        try await service.run { port in
            let (agent, other, manager) = (
                try await port.login("anna"), try await port.login("otto"), try await port.login("mara")
            )
            let path = "/api/ami/calls"
            for token in [agent, manager] {
                let calls = try await port.get(path, token)
                #expect(calls.ids == ["call_1.1"])
                #expect(calls.json?["seq"]?.integer ?? 0 > 0 && calls.json?["stale"] == nil)
                #expect(try await port.get("\(path)/call_1.1", token).json?["call"]?["state"]?.string == "up")
            }
            #expect(try await port.get(path, other).ids == [])
            #expect(try await port.get("\(path)/call_1.1", other).outcome == "404 CALL_NOT_FOUND")
            #expect(try await port.get("\(path)/call_9", manager).outcome == "404 CALL_NOT_FOUND")
            #expect(try await port.get("\(path)?state=up&extension=1001", manager).ids == ["call_1.1"])
            #expect(try await port.get("\(path)?state=held", manager).ids == [])
            #expect(try await port.get("\(path)?queue=sales", manager).ids == [])
            #expect(try await port.get("\(path)?state=gone", manager).outcome == "400 INVALID_REQUEST")
            #expect(try await port.get(path, "").outcome == "401 UNAUTHORIZED")
        }
    }

    @Test
    func `agents and queues are shown to those who have a part in them`() async throws {
        let service = try CallsTesting()
        try await service.run { port in
            service.manager.say(
                "Event: QueueMemberAdded\nQueue: sales\nInterface: PJSIP/1001\nMemberName: Anna\nStatus: 1\nPaused: 1"
            )
            let (agent, other) = (try await port.login("anna"), try await port.login("otto"))
            try await eventually("the queue") {
                try await port.get("/api/ami/queues", agent).json?["queues"]?.elements?.count == 1
            }
            #expect(try await port.get("/api/ami/queues/sales", agent).json?["queue"]?["paused"]?.integer == 1)
            #expect(try await port.get("/api/ami/queues/sales", other).outcome == "404 NOT_FOUND")
            #expect(try await port.get("/api/ami/queues", other).json?["queues"]?.elements?.isEmpty == true)
            let status = try await port.get("/api/ami/users/1001/status", agent)
            #expect(status.json?["agent"]?["queues"]?.elements?.count == 1)
            #expect(try await port.get("/api/ami/users/1001/status", other).outcome == "404 USER_NOT_FOUND")
            #expect(try await port.get("/api/ami/users/status", agent).json?["agents"]?.elements?.count == 1)
            // The dialplan, from this machine, but not through a proxy.
            #expect(try await port.get("/api/dialplan/agent-paused/1001", "").text == "1")
            #expect(try await port.get("/api/dialplan/agent-paused/1009", "").text == "0")
            #expect(try await port.get("/api/dialplan/presence/1009", "").text == "unknown")
            let proxied = try await port.get("/api/dialplan/presence/1001", "", ["X-Forwarded-For": "192.0.2.1"])
            #expect(proxied.outcome == "401 UNAUTHORIZED")
            let remote = "a-token-of-sixteen-bytes"
            #expect(try await port.get("/api/dialplan/agent-paused/1001", remote, ["Via": "proxy"]).text == "1")
            #expect(try await port.get("/api/dialplan/agent-paused/1001", "wrong").outcome == "401 UNAUTHORIZED")
        }
    }

    @Test
    func `a stream brings what happens, goes on where it was cut, and ends with the login`() async throws {
        let service = try CallsTesting()
        try await service.run { port in
            let token = try await port.login("anna")
            let seq = try #require(try await port.get("/api/ami/calls", token).json?["seq"]?.integer)
            let stream = try await port.events("?after=\(seq)&types=call", token)
            service.manager.say("Event: Hangup\nUniqueid: 1.1\nChannel: PJSIP/1001-1\nCause: 16")
            let text = try await stream.read(until: "\"state\":\"ended\"")
            #expect(text.contains("event: call:ended\n"))
            // Another client was away meanwhile.
            let late = try await port.events("?after=\(seq)&types=call:ended", token)
            _ = try await late.read(until: "event: call:ended\n")
            let again = try await port.events("", token, ["Last-Event-ID": "7"])
            _ = try await again.read(until: "event: system:gap\n")
            #expect(try await port.send(.delete, "/api/ami/users/logout", token).status == 200)
            for client in [stream, late, again] {
                // The last chunk: the stream has ended.
                _ = try await client.read(until: "event: error\ndata: {\"code\":\"TOKEN_REVOKED\"}\n\n\r\n0\r\n")
            }
        }
    }

    @Test
    func `what cannot be asked of a stream is refused with the reason`() async throws {
        let service = try CallsTesting()
        try await service.run { port in
            let token = try await port.login("anna")
            for query in ["?after=x", "?after=-1", "?rooms=kitchen"] {
                #expect(try await port.get("/api/events\(query)", token).outcome == "400 INVALID_REQUEST", "\(query)")
            }
            #expect(try await port.get("/api/events", "").outcome == "401 UNAUTHORIZED")
        }
    }

    @Test
    func `a user has ten streams, and a place again when one ends`() async throws {
        let service = try CallsTesting()
        try await service.run { port in
            let token = try await port.login("anna")
            var streams: [RawClient] = []
            for _ in 0..<10 { streams.append(try await port.events("", token)) }
            for stream in streams { _ = try await stream.read(until: "\r\n\r\n") }
            #expect(try await port.get("/api/events", token).outcome == "429 RATE_LIMITED")
            streams.removeLast()
            try await eventually("a place") {
                let next = try await port.events("", token)
                return try await next.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200")
            }
        }
    }

    @Test
    func `answers say that they are stale, and the service that it is not ready, until the lists came`() async throws {
        let service = try CallsTesting()
        service.manager.change { $0.cutLists = .max }
        try await service.run(isSynced: false) { port in
            let token = try await port.login("mara")
            let calls = try await port.get("/api/ami/calls", token)
            #expect(calls.status == 200 && calls.json?["stale"] == .boolean(true))
            #expect(try await port.get("/api/health", "").json?["status"]?.string == "degraded")
            #expect(try await port.get("/readyz", "").status == 503)
            service.manager.change { $0.cutLists = 0 }
            try await eventually("the lists") { try await port.get("/readyz", "").status == 200 }
            #expect(try await port.get("/api/health", "").json?["status"]?.string == "ok")
            let metrics = try await port.get("/metrics", "").text
            #expect(metrics.contains("asterisk_connector_calls_live_calls{state=\"up\"} 1\n"))
            #expect(!metrics.contains("1001"))
            #expect(try await port.get("/status", "").json?["sync"]?.string == "synced")
        }
    }

    @Test
    func `the state of the service is for this machine and for administrators`() async throws {
        let service = try CallsTesting()
        try await service.run { port in
            let (admin, manager) = (try await port.login("root"), try await port.login("mara"))
            let status = try await port.get("/status", "")
            #expect(status.status == 200 && status.json?["calls"]?.integer == 1 && !status.text.contains("1001"))
            for header in ["X-Forwarded-For", "Via"] {
                let proxied: HTTPHeaders = [header: "192.0.2.1"]
                #expect(try await port.get("/status", "", proxied).outcome == "401 UNAUTHORIZED")
                #expect(try await port.get("/status", "wrong", proxied).outcome == "401 UNAUTHORIZED")
                #expect(try await port.get("/status", manager, proxied).outcome == "403 FORBIDDEN")
                #expect(try await port.get("/status", admin, proxied).status == 200)
                // Probes and Prometheus have no token.
                #expect(try await port.get("/readyz", "", proxied).status == 200)
                #expect(try await port.get("/metrics", "", proxied).status == 200)
            }
        }
    }

    @Test(arguments: [["Host": "evil.example"], ["Origin": "https://evil.example"]])
    func `other names and other origins are refused`(headers: HTTPHeaders) async throws {
        let service = try CallsTesting()
        try await service.run { port in
            let answer = try await port.get("/api/health", "", headers)
            #expect(["421 MISDIRECTED", "403 FORBIDDEN"].contains(answer.outcome))
            let token = try await port.login("anna")
            for path in ["/ws", "/socket.io/?EIO=4&transport=polling"] {
                #expect(try await port.get(path, token, headers).outcome == answer.outcome)
            }
        }
    }

    @Test
    func `a second process with the same database is refused`() async throws {
        let service = try CallsTesting()
        try await service.run { _ in
            await #expect(throws: CallsStoreError.self) {
                _ = try await CallsFeature(service.configuration, metrics: CallsMetrics(), log: CallsTesting.log)
            }
        }
    }

    @Test
    func `numbers of events go on above those of the run before`() async throws {
        let service = try CallsTesting()
        let last = Lock(0)
        for _ in 0..<2 {
            try await service.run { port in
                let token = try await port.login("anna")
                let seq = try await port.get("/api/ami/calls", token).json?["seq"]?.integer ?? 0
                #expect(seq > last.exchange(seq))
            }
        }
    }
}
