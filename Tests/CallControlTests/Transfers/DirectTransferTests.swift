import Basics
import HTTP
import LiveCalls
import Simulation
import TestSupport
import Testing

@testable import CallControl

/// Blind transfers, and those to queues, at a simulated PBX.
struct DirectTransferTests {
    @Test func `a blind transfer is complete when somebody answers, and comes back when nobody does`() async throws {
        let testing = try await TransferTesting(ringTime: .seconds(1))
        try await testing.run { client in
            var call = try await client.talk(to: "1003", #","timeout":30"#)
            // Rings longer than a phone of this test takes; 1005 is never answered.
            let back = try await client.transfer(call, "blind", "1005")
            let returned = try await client.reaches(.returned, back)
            #expect(returned.transfer.result?.dialStatus == "NOANSWER" && returned.transfer.rollback.done)
            try await client.customerTalks(with: "1001", back)
            try await client.hangUp(.customer, of: back)
            try await client.isQuiet()

            let path = "/calls/\(try await client.talk(to: "1003", #","timeout":30"#))/transfer"
            testing.pbx.inject(.action(ActionFault("blindtransfer", .refused)))
            let answer = try await client.send("anna", .post, path, #"{"type":"blind","target":"1002"}"#)
            let refused = try #require(answer.json?["transfer"]?["transferId"]?.string, "\(answer.text)")
            #expect(try await client.reaches(.failed, refused).transfer.result?.code == "refused")
            try await client.talks(.customer, .agent, refused)
            call = try await client.record(refused).plan.callID
            try await client.waits(for: .up, call)
            testing.pbx.inject(.action(ActionFault("blindtransfer", .ignored)))
            let ignored = try await client.transfer(call, "blind", "1002")
            #expect(try await client.reaches(.failed, ignored).transfer.result?.text == "the call was not moved")
            try await client.talks(.customer, .agent, ignored)
        }
    }

    @Test func `a blind transfer that is answered, and one that the customer does not wait for`() async throws {
        let testing = try await TransferTesting()
        try await testing.run { client in
            let call = try await client.talk()
            let id = try await client.transfer(call, "blind", "1002")
            try await client.reaches(.completed, id)
            try await client.customerTalks(with: "1002", id)
            try await client.hangUp(.customer, of: id)
            try await client.isQuiet()

            let gone = try await client.transfer(try await client.talk(), "blind", "1005")
            try await client.reaches(.ringing, gone)
            try await client.hangUp(.customer, of: gone)
            #expect(try await client.reaches(.failed, gone).transfer.result?.code == "customer_left")
            try await client.isQuiet()
        }
    }

    @Test func `a call is transferred to a queue, and the customer may leave it`() async throws {
        let testing = try await TransferTesting()
        try await testing.run { client in
            let id = try await client.transfer(try await client.talk(), "queue", "q601")
            let completed = try await client.reaches(.completed, id)
            #expect(completed.transfer.history.map(\.state).contains(.queued))
            try await client.hangUp(.customer, of: id)
            try await client.isQuiet()

            let call = try await client.talk()
            for name in ["1002", "1004", "1006"] {
                let pause = #"{"status":"paused","reason":"lunch"}"#
                let answer = try await client.send("adam", .put, "/users/\(name)/status", pause)
                #expect(answer.status == 200, "\(answer.text)")
            }
            let left = try await client.transfer(call, "queue", "q601")
            try await client.reaches(.queued, left)
            try await client.hangUp(.customer, of: left)
            try await client.reaches(.abandoned, left)
            try await client.isQuiet()
        }
    }

    @Test func `nothing is moved for a wrong target, a missing right or a wrong call`() async throws {
        let testing = try await TransferTesting()
        try await testing.run { client in
            let call = try await client.talk()
            let cases: [(path: String, body: String, name: String, outcome: String)] = [
                ("/blind", #""target":"8888""#, "anna", "422 TARGET_INVALID"),
                ("/blind", #""target":"1007""#, "anna", "422 TARGET_INVALID"),
                ("/blind", #""target":"1001""#, "anna", "422 TARGET_INVALID"),
                ("/managed", #""target":"8888""#, "anna", "422 TARGET_INVALID"),
                ("/queue", #""target":"q999""#, "anna", "422 TARGET_INVALID"),
                ("/queue", #""target":"6*""#, "anna", "409 NOT_SUPPORTED"),
                ("/blind", #""target":"18005550100""#, "anna", "403 FORBIDDEN"),
                ("/blind", #""target":"1002","context":"elsewhere""#, "anna", "400 INVALID_REQUEST"),
                ("/blind", #""target":"1002@x""#, "anna", "400 INVALID_REQUEST"),
                ("/blind", #""target":"1002","color":"red""#, "anna", "400 INVALID_REQUEST"),
                ("/blind", #""target":"1002""#, "otto", "404 CALL_NOT_FOUND"),
            ]
            for (path, body, name, outcome) in cases {
                let text = #"{"callId":"\#(call)",\#(body)}"#
                #expect(try await client.transfers(.post, path, text, as: name).outcome == outcome, "\(path) \(text)")
            }
            #expect(client.state(call) == .up)
            #expect(try await client.transfers(.get, "").json?["transfers"]?.elements?.isEmpty == true)
            #expect(try await client.transfers(.get, "/transfer_9").outcome == "404 TRANSFER_NOT_FOUND")
            let able = try await client.transfers(.get, "/capabilities").json
            #expect(able?["managed"]?["available"] == .boolean(true) && able?["blind"]?["returns"] == .boolean(true))
            #expect(able?["queue"]?["available"] == .boolean(true) && able?["external"] == .boolean(false))
            #expect(try await client.transfers(.get, "/health").json?["dialplan"]?.string == "up")

            // By a channel, and who may see it and end it.
            let channel = try #require(
                client.feature.live.read { model in
                    model.call(LiveModel.id(call)).flatMap { model.channels(of: $0).first?.id[...].text }
                }
            )
            let begun = try await client.transfers(.post, "/managed", #"{"channelId":"\#(channel)","target":"1005"}"#)
            let id = try #require(begun.json?["transferId"]?.string, "\(begun.text)")
            try await client.reaches(.consultingRinging, id)
            #expect(try await client.transfers(.get, "/\(id)", as: "otto").outcome == "404 TRANSFER_NOT_FOUND")
            #expect(try await client.transfers(.delete, "/\(id)", as: "otto").outcome == "404 TRANSFER_NOT_FOUND")
            #expect(try await client.transfers(.get, "/enhanced-status", as: "otto").json?["transfers"]?.elements == [])
            #expect(try await client.transfers(.get, "/enhanced-status").json?["transfers"]?.elements?.count == 1)
            #expect(try await client.transfers(.delete, "/\(id)", as: "adam").status == 200)
            #expect(try await client.transfers(.get, "?before=\(id)").json?["transfers"]?.elements == [])
        }
    }
}
