import Basics
import HTTP
import LiveCalls
import Simulation
import TestSupport
import Testing

@testable import CallControl

struct AgentCommandsTests {
    @Test
    func `agents are paused and made available, by themselves and by who may`() async throws {
        let testing = try await ControlTesting(patience: 3000)
        try await testing.run { client in
            func set(_ body: String, _ ext: String = "1001", as name: String = "anna") async throws
                -> CallsClient.Answer
            {
                try await client.send(name, .put, "/users/\(ext)/status", body)
            }
            let paused = try await set(#"{"status":"paused","reason":"lunch"}"#)
            let agent = paused.json?["agent"]
            #expect(paused.status == 200 && agent?["paused"] == .boolean(true), "\(paused.text)")
            #expect(agent?["pauseReason"]?.string == "lunch" && agent?["state"]?.string == "paused")
            let back = try await set(#"{"status":"available"}"#, as: "mara")
            #expect(back.status == 200 && back.json?["agent"]?["paused"] == .boolean(false))
            #expect(try await set(#"{"status":"away"}"#).outcome == "400 INVALID_REQUEST")
            #expect(try await set(#"{"status":"paused"}"#, "1002").outcome == "404 USER_NOT_FOUND")
            #expect(try await set(#"{"status":"paused"}"#, "1002", as: "mara").outcome == "403 FORBIDDEN")
            #expect(try await set(#"{"status":"paused","queue":"none"}"#).outcome == "409 WRONG_STATE")
            testing.pbx.inject(.action(ActionFault("queuepause", .refused)))
            #expect(try await set(#"{"status":"paused"}"#).outcome == "502 AMI_REFUSED")
            testing.pbx.inject(.action(ActionFault("queuepause", .ignored)))
            #expect(try await set(#"{"status":"paused"}"#).outcome == "504 AMI_TIMEOUT")
            #expect(try await set(#"{"status":"paused"}"#).status == 200)
        }
    }

    @Test
    func `agents are put into queues and taken out, and both may be asked for twice`() async throws {
        let testing = try await ControlTesting(patience: 3000)
        try await testing.run { client in
            let queues = client.feature.live.read { model in
                (
                    all: model.allQueues.map { $0.name[...].text },
                    own: model.memberships(ofAgent: Array("1001".utf8)[...])
                )
            }
            let queue = try #require(queues.all.first { name in !queues.own.contains { $0.queue[...].text == name } })
            func members(_ answer: CallsClient.Answer) -> [String] {
                answer.json?["agent"]?["queues"]?.elements?.compactMap { $0["queue"]?.string } ?? []
            }
            let path = "/users/1001/queues/\(queue)"
            for _ in 0..<2 {
                let joined = try await client.send("mara", .post, path, #"{"penalty":3}"#)
                #expect(joined.status == 200 && members(joined).contains(queue), "\(joined.text)")
                #expect(joined.json?["agent"]?["name"]?.string == "Agent 1001")
            }
            for _ in 0..<2 {
                let left = try await client.send("mara", .delete, path)
                #expect(left.status == 200 && !members(left).contains(queue), "\(left.text)")
            }
            #expect(try await client.send("anna", .post, path).outcome == "403 FORBIDDEN")
            #expect(try await client.send("mara", .post, "/users/1002/queues/\(queue)").outcome == "403 FORBIDDEN")
            #expect(try await client.send("mara", .post, "/users/1001/queues/none").outcome == "422 TARGET_INVALID")
            #expect(try await client.send("mara", .post, path, #"{"penalty":-1}"#).outcome == "400 INVALID_REQUEST")
            testing.pbx.inject(.action(ActionFault("queueadd", .ignored)))
            #expect(try await client.send("adam", .post, path).outcome == "504 AMI_TIMEOUT")
        }
    }
}
