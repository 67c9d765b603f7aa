import Basics
import HTTP
import LiveCalls
import Simulation
import TestSupport
import Testing

@testable import CallControl

/// Managed transfers at a simulated PBX.
struct ManagedTransferTests {
    @Test func `a managed transfer is consulted, completed, told and kept`() async throws {
        let testing = try await TransferTesting()
        try await testing.run { client in
            let call = try await client.talk()
            let seq = try #require(try await client.transfers(.get, "").json?["seq"]?.integer)
            let id = try await client.transfer(call, "managed", "1002")
            let consulting = try await client.reaches(.consulting, id)
            try await client.talks(.agent, .target, id)
            #expect(client.state(call) == .transferring)
            let consultation = try #require(consulting.consultCallID)
            #expect(client.state(consultation) == .transferring)
            // Nothing else may touch the call now.
            #expect(try await client.call(call, "hold").outcome == "409 WRONG_STATE")
            #expect(
                try await client.transfers(.post, "/blind", #"{"callId":"\#(call)","target":"1002"}"#).status == 409
            )

            let answer = try await client.transfers(.post, "/complete", #"{"transferId":"\#(id)"}"#)
            #expect(answer.status == 200 && answer.json?["status"]?.string == "completed", "\(answer.text)")
            try await client.talks(.customer, .target, id)
            try await eventually("the agent to be let go") { try await !client.isThere(.agent, of: id) }
            // Both calls are one.
            let merged = client.feature.live.read { model in
                model.resolve(call: LiveModel.id(consultation)).flatMap { model.call($0[...]) }
            }
            #expect(merged?.id[...].text == call && merged?.state == .up)
            #expect(merged?.notes.transferID[...].text == id)
            let seen = try await client.transfers(.get, "/\(id)/state").json?["transfer"]
            #expect(
                seen?["history"]?.elements?.compactMap { $0["state"]?.string } == [
                    "validating", "holding", "consulting_ringing", "consulting", "completing", "completed",
                ]
            )
            #expect(seen?["by"]?.string == "anna" && seen?["consultCallId"]?.string == consultation)
            // The one who gets the call is told, too.
            let query = "?after=\(seq)&types=transfer&rooms=call:\(call)"
            let stream = try await client.http.events(query, client.tokens["otto"] ?? "")
            let told = try await stream.read(until: "event: transfer:completed\n")
            #expect(told.contains("event: transfer:initiated\n") && told.contains("event: transfer:updated\n"))
            #expect(told.contains(#""redisKey":"transfer:\#(id)""#))
            let again = try await client.transfers(.delete, "/\(id)")
            #expect(again.outcome == "409 WRONG_STATE")
            let metric = #"calls_transfers_total{type="managed",result="completed"} 1"#
            #expect(String(decoding: client.feature.metrics.registry.render(), as: UTF8.self).contains(metric))
        }
    }

    @Test func `a transfer that is given up leaves customer and agent together`() async throws {
        let testing = try await TransferTesting()
        try await testing.run { client in
            // While the phone rings.
            let call = try await client.talk()
            let ringing = try await client.transfer(call, "managed", "1005")
            try await client.reaches(.consultingRinging, ringing)
            #expect(try await client.transfers(.post, "/complete", #"{"transferId":"\#(ringing)"}"#).status == 409)
            let given = try await client.transfers(.delete, "/\(ringing)")
            #expect(given.json?["status"]?.string == "cancelled", "\(given.text)")
            try await client.talks(.customer, .agent, ringing)
            // While agent and target talk.
            try await client.waits(for: .up, call)
            let talking = try await client.transfer(call, "managed", "1002", as: "mara")
            try await client.reaches(.consulting, talking)
            #expect(try await client.transfers(.delete, "/\(talking)").json?["status"]?.string == "cancelled")
            try await client.talks(.customer, .agent, talking)
            try await eventually("the target to be let go") { try await !client.isThere(.target, of: talking) }
            // A held call has no bridge to leave.
            try await client.waits(for: .up, call)
            #expect(try await client.call(call, "hold").status == 200)
            let held = try await client.transfer(call, "managed", "1002")
            try await client.reaches(.consulting, held)
        }
    }

    @Test func `a target that is busy, does not answer or does not exist gives the customer back`() async throws {
        let testing = try await TransferTesting(ringTime: .seconds(1))
        try await testing.run { client in
            let call = try await client.talk(to: "1003", #","timeout":30"#)
            let unanswered = try await client.transfer(call, "managed", "1005")
            #expect(try await client.reaches(.rolledBack, unanswered).transfer.result?.code == "no_answer")
            try await client.talks(.customer, .agent, unanswered)

            let other = #"{"extension":"1002","number":"1004","timeout":30}"#
            _ = try await client.send("adam", .post, "/calls/originate", other)
            try await eventually("1002 to talk") {
                client.feature.live.read {
                    $0.liveCalls.contains {
                        $0.state == .up && $0.agentExtensions.count == 2
                            && $0.agentExtensions.contains(Array("1002".utf8))
                    }
                }
            }
            let busy = try await client.transfer(call, "managed", "1002")
            #expect(try await client.reaches(.rolledBack, busy).transfer.result?.code == "busy")
            try await client.talks(.customer, .agent, busy)

            testing.pbx.inject(.action(ActionFault("originate", .ignored)))
            let unreachable = try await client.transfer(call, "managed", "1006")
            let record = try await client.reaches(.rolledBack, unreachable)
            #expect(record.transfer.result?.code == "unreachable" && record.transfer.rollback.done)
            try await client.talks(.customer, .agent, unreachable)
            try await client.waits(for: .up, call)
        }
    }

    @Test func `whoever hangs up, the others are not left alone`() async throws {
        let testing = try await TransferTesting(ringTime: .seconds(1))
        try await testing.run { client in
            // The agent, while talking: as a desk phone does, it completes.
            var call = try await client.talk(to: "1003", #","timeout":30"#)
            let completed = try await client.transfer(call, "managed", "1002")
            try await client.reaches(.consulting, completed)
            try await client.hangUp(.agent, of: completed)
            try await client.reaches(.completed, completed)
            try await client.talks(.customer, .target, completed)
            try await client.hangUp(.customer, of: completed)
            try await client.isQuiet()
            // The agent, while a phone rings that nobody answers: its own phone rings for the customer.
            call = try await client.talk(to: "1003", #","timeout":30"#)
            let returned = try await client.transfer(call, "managed", "1005")
            try await client.reaches(.consultingRinging, returned)
            try await client.hangUp(.agent, of: returned)
            #expect(try await client.reaches(.returned, returned).transfer.result?.code == "no_answer")
            try await client.customerTalks(with: "1001", returned)
            try await client.hangUp(.customer, of: returned)
            try await client.isQuiet()
            // The customer, while the others talk.
            call = try await client.talk(to: "1003", #","timeout":30"#)
            let left = try await client.transfer(call, "managed", "1002")
            try await client.reaches(.consulting, left)
            try await client.hangUp(.customer, of: left)
            #expect(try await client.reaches(.failed, left).transfer.result?.code == "customer_left")
            try await client.talks(.agent, .target, left)
            try await client.hangUp(.agent, of: left)
            try await client.isQuiet()
        }
    }

    @Test func `actions that are refused or have no effect bring nobody into silence`() async throws {
        let testing = try await TransferTesting(patience: 3000)
        try await testing.run { client in
            let call = try await client.talk()
            testing.pbx.inject(.action(ActionFault("redirect", .refused)))
            let refused = try await client.transfer(call, "managed", "1002")
            let record = try await client.reaches(.failed, refused)
            #expect(record.transfer.result?.code == "refused")
            try await client.talks(.customer, .agent, refused)
            try await client.waits(for: .up, call)

            testing.pbx.inject(.action(ActionFault("originate", .refused)))
            let unrung = try await client.transfer(call, "managed", "1002")
            try await client.reaches(.rolledBack, unrung)
            try await client.talks(.customer, .agent, unrung)
            try await client.waits(for: .up, call)

            // Both answers to Bridge are false: the PBX is asked, and it is sent again.
            let retried = try await client.transfer(call, "managed", "1002")
            try await client.reaches(.consulting, retried)
            testing.pbx.inject(.action(ActionFault("bridge", .ignored)))
            _ = try await client.transfers(.post, "/complete", #"{"transferId":"\#(retried)"}"#)
            try await client.reaches(.completed, retried)
            try await client.talks(.customer, .target, retried)
        }
    }
}
