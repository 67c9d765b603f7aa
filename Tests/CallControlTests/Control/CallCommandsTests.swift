import AMI
import Basics
import HTTP
import LiveCalls
import Simulation
import TestSupport
import Testing

@testable import CallControl

/// Commands about calls, with a PBX that obeys or does not.
struct CallCommandsTests {
    @Test
    func `a call is made, held, taken back, recorded, muted and hung up`() async throws {
        let testing = try await ControlTesting()
        try await testing.run { client in
            let id = try await client.talk(to: "1003", #","callerId":"Sales","variables":{"TRANSFER_ID":"t-1"}"#)
            #expect(id.hasPrefix("call_ac-"))
            let held = try await client.call(id, "hold")
            #expect(held.status == 200 && held.state == "held", "\(held.text)")
            #expect(held.json?["call"]?["hold"]?["method"]?.string == "redirect")
            #expect(held.json?["call"]?["hold"]?["by"]?.string == "1001")
            #expect(try await client.call(id, "hold").outcome == "409 WRONG_STATE")
            #expect(try await client.call(id, "dtmf", #"{"digits":"1"}"#).outcome == "409 WRONG_STATE")
            let back = try await client.call(id, "unhold")
            #expect(back.status == 200 && back.state == "up", "\(back.text)")
            #expect(try await client.call(id, "unhold").outcome == "409 WRONG_STATE")
            #expect(try await client.call(id, "dtmf", #"{"digits":"12#"}"#).status == 200)
            #expect(try await client.call(id, "dtmf", #"{"digits":"x"}"#).outcome == "400 INVALID_REQUEST")
            let muted = try await client.call(id, "mute", #"{"direction":"in","on":true}"#)
            let channels = muted.json?["call"]?["channels"]?.elements ?? []
            #expect(channels.contains { $0["mutedIn"] == .boolean(true) && $0["mutedOut"] == .boolean(false) })
            try await Self.record(id, client)
            let ended = try await client.send("anna", .delete, "/calls/\(id)?cause=16")
            #expect(ended.status == 200 && ended.state == "ended", "\(ended.text)")
            #expect(try await client.send("anna", .delete, "/calls/\(id)").status == 200)
            #expect(try await client.call(id, "hold").outcome == "409 WRONG_STATE")
        }
    }

    private static func record(_ id: String, _ client: ControlClient) async throws {
        for (action, state) in [("start", "on"), ("pause", "paused"), ("resume", "on"), ("stop", "off")] {
            let answer = try await client.call(id, "recording", #"{"action":"\#(action)"}"#)
            let recording = answer.json?["recording"]
            #expect(recording != nil && recording == answer.json?["call"]?["recording"])
            #expect(answer.status == 200 && recording?["state"]?.string == state, "\(answer.text)")
            #expect(recording?["file"]?.string?.hasSuffix("/\(id).wav") == true)
            #expect(recording?["startedBy"]?.string == "anna")
        }
        #expect(try await client.call(id, "recording", #"{"action":"stop"}"#).outcome == "409 WRONG_STATE")
        #expect(try await client.call(id, "recording", #"{"action":"erase"}"#).outcome == "400 INVALID_REQUEST")
    }

    @Test
    func `a call is parked, and who is held and left alone is hung up`() async throws {
        let testing = try await ControlTesting()
        try await testing.run { client in
            let parked = try await client.talk()
            let answer = try await client.call(parked, "park")
            #expect(answer.status == 200 && answer.state == "parked", "\(answer.text)")
            #expect(answer.json?["call"]?["parking"]?["space"]?.string != nil)
            #expect(try await client.send("adam", .delete, "/calls/\(parked)").state == "ended")

            let held = try await client.talk()
            #expect(try await client.call(held, "hold").status == 200)
            let far = try #require(
                client.feature.live.read { model in
                    model.call(LiveModel.id(held)).flatMap { model.channels(of: $0).first { $0.isHeldByRedirect } }
                }
            )
            _ = await client.feature.commands.send(try CallActions.hangUp(far.address))
            try await client.waits(for: .ended, held)
        }
    }

    @Test
    func `what the PBX refuses, ignores or answers late is told apart`() async throws {
        let testing = try await ControlTesting(patience: 3000)
        try await testing.run { client in
            let id = try await client.talk()
            testing.pbx.inject(.action(ActionFault("redirect", .refused)))
            let refused = try await client.call(id, "hold")
            #expect(refused.outcome == "502 AMI_REFUSED" && refused.text.contains("Refused by the simulation"))
            testing.pbx.inject(.action(ActionFault("redirect", .ignored)))
            #expect(try await client.call(id, "hold").outcome == "504 AMI_TIMEOUT")
            #expect(client.state(id) == .up)
            #expect(try await client.call(id, "hold").state == "held")
            testing.pbx.inject(.action(ActionFault("bridge", .ignored)))
            #expect(try await client.call(id, "unhold").outcome == "504 AMI_TIMEOUT")
            #expect(client.state(id) == .held)
            for _ in 0..<2 { testing.pbx.inject(.action(ActionFault("hangup", .ignored))) }
            #expect(try await client.send("anna", .delete, "/calls/\(id)").outcome == "504 AMI_TIMEOUT")
            #expect(client.state(id) == .held)
            // It happens at once, and the answer is not waited for.
            testing.pbx.inject(.action(ActionFault("bridge", .late(.seconds(60)))))
            #expect(try await client.call(id, "unhold").state == "up")
        }
    }

    @Test
    func `one command at a time, and none without a right, a role or the PBX`() async throws {
        let testing = try await ControlTesting(patience: 6000, write: "call,originate,reporting")
        try await testing.run { client in
            let id = try await client.talk()
            #expect(try await client.call(id, "hold", as: "otto").outcome == "404 CALL_NOT_FOUND")
            #expect(try await client.call(id, "hold", #"{"extension":"1002"}"#).outcome == "400 INVALID_REQUEST")
            #expect(try await client.call("call_9", "hold").outcome == "404 CALL_NOT_FOUND")
            let start = #"{"action":"start"}"#
            let denied = try await client.call(id, "recording", start)
            #expect(denied.outcome == "403 AMI_RIGHT_MISSING" && denied.text.contains("write=system"))
            testing.pbx.inject(.action(ActionFault("redirect", .ignored)))
            async let first = client.call(id, "hold")
            try await eventually("the first command to be at work") {
                try await client.call(id, "mute", #"{"on":true}"#, as: "mara").outcome == "409 BUSY"
            }
            #expect(try await first.outcome == "504 AMI_TIMEOUT")
            #expect(try await client.call(id, "hold", as: "mara").state == "held")
            #expect(try await client.call(id, "unhold", as: "adam").state == "up")
            let other = try await client.send(
                "adam",
                .post,
                "/calls/originate",
                #"{"extension":"1002","number":"1003"}"#
            )
            #expect(other.status == 202)
            let otto = try #require(other.json?["callId"]?.string)
            // Is not in the team, and may do nothing with the own calls.
            #expect(try await client.call(otto, "hold", as: "mara").outcome == "403 FORBIDDEN")
            let own = try await client.call(otto, "hold", as: "otto")
            #expect(own.outcome == "403 FORBIDDEN" && own.text.contains("hold_calls"))
            await testing.pbx.stop()
            try await eventually("the loss to be noticed") { client.feature.live.sync.isStale }
            #expect(try await client.call(id, "hold").outcome == "503 AMI_DOWN")
        }
    }

    @Test
    func `only calls that can be made are asked for, and one that fails says why`() async throws {
        let testing = try await ControlTesting { $0.variables = ["CALLERID", "X_*"] }
        try await testing.run { client in
            let cases: [(body: String, name: String, outcome: String)] = [
                (#"{"number":"8888"}"#, "anna", "422 TARGET_INVALID"),
                (#"{"number":"1003","context":"elsewhere"}"#, "anna", "400 INVALID_REQUEST"),
                (#"{"number":"1003@x"}"#, "anna", "400 INVALID_REQUEST"),
                (#"{"number":"1003","variables":{"GLOBAL":"1"}}"#, "anna", "400 INVALID_REQUEST"),
                (#"{"number":"1003","variables":{"X_A":"${SHELL(id)}"}}"#, "anna", "400 INVALID_REQUEST"),
                (#"{"number":"1003","timeout":1}"#, "anna", "400 INVALID_REQUEST"),
                (#"{"extension":"1002","number":"1003"}"#, "anna", "403 FORBIDDEN"),
                (#"{"number":"1003"}"#, "otto", "403 FORBIDDEN"),
                // Its phone is not registered.
                (#"{"extension":"1004","number":"1003"}"#, "adam", "422 TARGET_INVALID"),
            ]
            for (body, name, outcome) in cases {
                #expect(try await client.send(name, .post, "/calls/originate", body).outcome == outcome, "\(body)")
            }
            testing.pbx.inject(.action(ActionFault("originate", .refused)))
            let refused = try await client.send("anna", .post, "/calls/originate", #"{"number":"1003"}"#)
            #expect(refused.outcome == "502 AMI_REFUSED")
            let live = client.feature.live
            let failed = live.read { model in model.allCalls.first { $0.endedAt != nil } }
            #expect(failed?.hangup?.text[...].text == "Refused by the simulation")
        }
    }

    @Test
    func `a call for which no channel comes is unreachable, and another one is recorded from its answer on`()
        async throws
    {
        let testing = try await ControlTesting(patience: 3000)
        try await testing.run { client in
            testing.pbx.inject(.action(ActionFault("originate", .ignored)))
            let answer = try await client.send("anna", .post, "/calls/originate", #"{"number":"1003"}"#)
            let id = try #require(answer.json?["callId"]?.string)
            #expect(answer.status == 202 && answer.json?["status"]?.string == "originating")
            try await client.waits(for: .ended, id) { $0.hangup?.text[...].text == "unreachable" }
            let recorded = try await client.talk(to: "1003", #","record":true"#)
            try await client.waits(for: .up, recorded) { $0.recording == .on && !$0.notes.mixMonitorID.isEmpty }
        }
    }

    @Test
    func `a command whose connections are lost is answered by what the lists say after the next login`() async throws {
        let testing = try await ControlTesting()
        try await testing.run { client in
            let id = try await client.talk()
            let logins = client.feature.commands.lines.map(\.status.logins)
            // Neither the answer nor the events come whole.
            testing.pbx.inject(.cut(afterBytes: 20))
            let answer = try await client.call(id, "hold")
            #expect(answer.status == 200, "\(answer.text)")
            try await client.waits(for: .held, id)
            try await eventually("the next login") { client.feature.commands.lines.map(\.status.logins) != logins }
        }
    }
}
