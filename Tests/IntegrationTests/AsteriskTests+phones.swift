import Basics
import HTTP
import Testing

/// Calls that `calls run` controls in a real Asterisk, with telephones: what each of them hears is what the state says.
extension AsteriskTests {
    @Test func `a call is made, held, taken up again, recorded and ended, as the telephones see it`() async throws {
        try await CallsLab.run { calls in
            let id = try await calls.connect()
            try await calls.talking(calls.anna, calls.world)
            let path = "/api/ami/calls/\(id)"
            let held = try await calls.send(.put, "\(path)/hold")
            #expect(held["call"]?["state"]?.string == "held", "\(held)")
            let refused = try await calls.send(.post, "\(path)/park")
            #expect(refused["error"]?.string == "WRONG_STATE", "\(refused)")
            let back = try await calls.send(.put, "\(path)/unhold")
            #expect(back["call"]?["state"]?.string == "up", "\(back)")
            for (action, state) in [("start", "on"), ("pause", "paused"), ("resume", "on"), ("stop", "off")] {
                let answer = try await calls.send(.post, "\(path)/recording", #"{"action":"\#(action)"}"#)
                #expect(answer["recording"]?["state"]?.string == state, "\(action): \(answer)")
            }
            let digits = try await calls.send(.post, "\(path)/dtmf", #"{"digits":"1#"}"#)
            #expect(digits["success"] == .boolean(true), "\(digits)")
            let ended = try await calls.send(.delete, path)
            #expect(ended["call"]?["state"]?.string == "ended", "\(ended)")
            try await calls.idle()
            // Busy: the cause of the Hangup says so.
            let busy = try await calls.send(
                .post,
                "/api/ami/calls/originate",
                #"{"extension":"1003","number":"5550100"}"#
            )
            #expect(busy["success"] == .boolean(true), "\(busy)")
            try await calls.idle()
        }
    }

    @Test func `a blind transfer is done when the target answers, and comes back when it does not`() async throws {
        try await CallsLab.run { calls in
            var id = try await calls.connect()
            var transfer = try await calls.transfer("blind", id, to: "1002")
            try await calls.transfer(transfer, is: "completed")
            try await calls.talking(calls.otto, calls.world)

            id = try await calls.connect()
            transfer = try await calls.transfer("blind", id, to: "1003")
            try await calls.transfer(transfer, is: "returned")
            try await calls.talking(calls.anna, calls.world)

            id = try await calls.connect()
            calls.otto.set(.rings)
            transfer = try await calls.transfer("blind", id, to: "1002")
            try await calls.transfer(transfer, is: "returned")
            try await calls.talking(calls.anna, calls.world)

            id = try await calls.connect()
            let answer = try await calls.send(
                .post,
                "/api/enhanced-transfers/blind",
                #"{"callId":"\#(id)","target":"999"}"#
            )
            #expect(answer["error"]?.string == "TARGET_INVALID", "\(answer)")
            try await calls.talking(calls.anna, calls.world)

            transfer = try await calls.transfer("queue", id, to: "desk")
            try await calls.transfer(transfer, is: "completed")
            try await calls.talking(calls.otto, calls.world)
            try await calls.idle()
        }
    }

    @Test func `a managed transfer ends as agent, target and customer want it`() async throws {
        try await CallsLab.run { calls in
            // Completed by the agent.
            var id = try await calls.connect()
            var transfer = try await calls.transfer("managed", id, to: "1002")
            try await calls.transfer(transfer, is: "consulting")
            _ = try await calls.send(
                .post,
                "/api/enhanced-transfers/complete",
                #"{"transferId":"\#(transfer)"}"#
            )
            try await calls.transfer(transfer, is: "completed")
            try await calls.talking(calls.otto, calls.world)
            // Cancelled while they consult.
            id = try await calls.connect()
            transfer = try await calls.transfer("managed", id, to: "1002")
            try await calls.transfer(transfer, is: "consulting")
            _ = try await calls.send(.delete, "/api/enhanced-transfers/\(transfer)")
            try await calls.transfer(transfer, is: "cancelled")
            try await calls.talking(calls.anna, calls.world)
            // Busy.
            id = try await calls.connect()
            transfer = try await calls.transfer("managed", id, to: "1003")
            try await calls.transfer(transfer, is: "rolled_back")
            try await calls.talking(calls.anna, calls.world)
            // The agent hangs up while they consult: done.
            id = try await calls.connect()
            transfer = try await calls.transfer("managed", id, to: "1002")
            try await calls.transfer(transfer, is: "consulting")
            calls.anna.hangUp()
            try await calls.transfer(transfer, is: "completed")
            try await calls.talking(calls.otto, calls.world)
            // The target hangs up.
            id = try await calls.connect()
            transfer = try await calls.transfer("managed", id, to: "1002")
            try await calls.transfer(transfer, is: "consulting")
            calls.otto.hangUp()
            try await calls.transfer(transfer, is: "rolled_back")
            try await calls.talking(calls.anna, calls.world)
            // The customer hangs up.
            id = try await calls.connect()
            transfer = try await calls.transfer("managed", id, to: "1002")
            try await calls.transfer(transfer, is: "consulting")
            calls.world.hangUp()
            try await calls.transfer(transfer, is: "failed")
            try await calls.talking(calls.anna, calls.otto)
            try await calls.idle()
        }
    }

    @Test func `a managed transfer whose target only rings leaves nobody alone`() async throws {
        try await CallsLab.run { calls in
            // Cancelled.
            var id = try await calls.connect()
            calls.otto.set(.rings)
            var transfer = try await calls.transfer("managed", id, to: "1002")
            try await calls.transfer(transfer, is: "consulting_ringing")
            _ = try await calls.send(.delete, "/api/enhanced-transfers/\(transfer)")
            try await calls.transfer(transfer, is: "cancelled")
            try await calls.talking(calls.anna, calls.world)
            // Nobody answers.
            transfer = try await calls.transfer("managed", id, to: "1002")
            try await calls.transfer(transfer, is: "rolled_back")
            try await calls.talking(calls.anna, calls.world)
            // The customer hangs up: all of it ends.
            transfer = try await calls.transfer("managed", id, to: "1002")
            try await calls.rings(calls.otto)
            calls.world.hangUp()
            try await calls.transfer(transfer, is: "failed")
            try await calls.idle()
            // The agent hangs up, then the target answers: it gets the customer.
            id = try await calls.connect()
            calls.otto.set(.rings)
            transfer = try await calls.transfer("managed", id, to: "1002")
            try await calls.rings(calls.otto)
            calls.anna.hangUp()
            calls.otto.answer()
            try await calls.transfer(transfer, is: "completed")
            try await calls.talking(calls.otto, calls.world)
            // The agent hangs up, and nobody answers: the agent's phone rings for the customer.
            id = try await calls.connect()
            calls.otto.set(.rings)
            transfer = try await calls.transfer("managed", id, to: "1002")
            try await calls.rings(calls.otto)
            calls.anna.hangUp()
            try await calls.transfer(transfer, is: "returned")
            try await calls.talking(calls.anna, calls.world)
            try await calls.idle()
        }
    }

    @Test func `a service that dies in the middle of a transfer goes on with it`() async throws {
        try await CallsLab.run { calls in
            let id = try await calls.connect()
            let transfer = try await calls.transfer("managed", id, to: "1002")
            try await calls.transfer(transfer, is: "consulting")
            try await calls.kill()
            try await calls.start()
            try await calls.transfer(transfer, is: "consulting")
            _ = try await calls.send(.delete, "/api/enhanced-transfers/\(transfer)")
            try await calls.transfer(transfer, is: "cancelled")
            try await calls.talking(calls.anna, calls.world)
            try await calls.idle()
        }
    }
}
