import Basics
import TestSupport
import Testing

@testable import CallControl

/// Calls that have ended, as clients of the service get them.
struct HistoryRoutesTests {
    @Test func `a call that ends is in the history of those who had a part in it, and in the statistics`() async throws
    {
        let service = try CallsTesting()
        try await service.run { port in
            let (agent, other, manager) = (
                try await port.login("anna"), try await port.login("otto"), try await port.login("mara")
            )
            let path = "/api/ami/calls/history"
            #expect(try await port.get(path, manager).ids == [])
            service.manager.say("Event: Hangup\nUniqueid: 1.1\nChannel: PJSIP/1001-1\nCause: 16")
            try await eventually("the call in the history") { try await port.get(path, manager).ids == ["call_1.1"] }
            let answer = try await port.get("\(path)?extension=1001", agent)
            #expect(answer.ids == ["call_1.1"] && answer.json?["before"] == .null)
            #expect(answer.json?["calls"]?.elements?.first?["state"]?.string == "ended")
            #expect(try await port.get(path, other).ids == [])
            #expect(try await port.get("\(path)?extension=1001", other).ids == [])
            #expect(try await port.get("\(path)?from=9999999999999", manager).ids == [])
            #expect(try await port.get("\(path)?before=x", manager).outcome == "400 INVALID_REQUEST")
            #expect(try await port.get("\(path)?to=9999999999999999", manager).outcome == "400 INVALID_REQUEST")

            let stats = try await port.get("/api/admin/call-stats", manager)
            #expect(stats.json?["today"]?["total"]?.integer == 1 && stats.json?["since"]?.integer ?? 0 > 0)
            #expect(stats.json?["calls"]?["active"]?.integer == 0)
            let history = try await port.get("/api/admin/historical-stats?by=hour&extension=1001", manager)
            #expect(history.json?["rows"]?.elements?.first?["total"]?.integer == 1)
            #expect(try await port.get("/api/admin/historical-stats?by=x", manager).outcome == "400 INVALID_REQUEST")
            for path in ["call-stats", "historical-stats", "queue-activity", "redis/sessions"] {
                #expect(try await port.get("/api/admin/\(path)", agent).outcome == "403 FORBIDDEN")
            }
            #expect(try await port.get("/api/admin/redis/sessions", manager).outcome == "403 FORBIDDEN")
        }
    }

    @Test func `a queue shows what came of the visits of today`() async throws {
        let service = try CallsTesting()
        try await service.run { port in
            let manager = try await port.login("mara")
            let channel = "Uniqueid: 5.1\nLinkedid: 5.1\nChannel: PJSIP/trunk-5\nChannelState: 6"
            service.manager.say("Event: Newchannel\n\(channel)")
            service.manager.say("Event: QueueCallerJoin\n\(channel)\nQueue: sales\nPosition: 1")
            service.manager.say("Event: QueueCallerAbandon\n\(channel)\nQueue: sales\nHoldTime: 4")
            service.manager.say("Event: QueueCallerLeave\n\(channel)\nQueue: sales")
            try await eventually("the visit") {
                let queues = try await port.get("/api/admin/queue-activity", manager).json?["queues"]?.elements
                return queues?.first?["today"]?["abandoned"]?.integer == 1
            }
            let answer = try await port.get("/api/admin/queue-activity", manager).json?["queues"]?.elements?.first
            #expect(answer?["today"]?["offered"]?.integer == 1 && answer?["name"]?.string == "sales")
        }
    }
}
