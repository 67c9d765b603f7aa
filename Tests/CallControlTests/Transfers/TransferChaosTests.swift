import Basics
import HTTP
import LiveCalls
import Simulation
import TestSupport
import Testing

@testable import CallControl

/// Transfers at a PBX that refuses, forgets and delays actions, with people who hang up at any time.
struct TransferChaosTests {
    /// What happens in one of them.
    private struct Plan: Sendable {
        let number: Int
        let type: TransferType
        let faults: [ActionFault]
        let deed: Int

        init(_ number: Int, using random: inout SplitMix64) {
            self.number = number
            type = TransferType.allCases[Int(random.next() % 5) < 3 ? 1 : Int(random.next() % 3)]
            let actions = ["redirect", "bridge", "originate", "blindtransfer", "setvar"]
            faults = (0..<Int(random.next() % 3)).map { _ in
                let outcomes: [ActionFault.Outcome] = [.refused, .ignored, .late(.milliseconds(300))]
                return ActionFault(actions[Int(random.next() % 5)], outcomes[Int(random.next() % 3)])
            }
            deed = Int(random.next() % 6)
        }

        /// The phones: of the agent, the customer and the target.
        func phone(_ index: Int) -> String { "\(1001 + number * 3 + index)" }
    }

    private static let count = 6

    @Test func `each transfer ends, and nobody who is still there is alone`() async throws {
        let testing = try await TransferTesting(patience: 3000, agents: Self.count * 3 + 1, silent: [])
        var random = SplitMix64(seed: 20)
        let plans = (0..<Self.count).map { Plan($0, using: &random) }
        try await testing.run { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for plan in plans { group.addTask { try await Self.carryOut(plan, client, testing.pbx) } }
                try await group.waitForAll()
            }
        }
    }

    private static func carryOut(_ plan: Plan, _ client: ControlClient, _ pbx: SimulatedPBX) async throws {
        let body = #"{"extension":"\#(plan.phone(0))","number":"\#(plan.phone(1))"}"#
        let answer = try await client.send("adam", .post, "/calls/originate", body)
        let call = try #require(answer.json?["callId"]?.string, "\(answer.text)")
        try await client.waits(for: .up, call) { $0.answeredAt != nil }
        for fault in plan.faults { pbx.inject(.action(fault)) }
        let target = plan.type == .queue ? "q601" : plan.phone(2)
        let request = #"{"callId":"\#(call)","target":"\#(target)"}"#
        let begun = try await client.transfers(.post, "/\(plan.type.rawValue)", request, as: "adam")
        let id = try #require(begun.json?["transferId"]?.string, "\(begun.text)")
        try await eventually("\(plan) to come to a rest") {
            let state = try await client.record(id).transfer.state
            return state.isEnded || [.consulting, .consultingRinging, .ringing, .queued].contains(state)
        }
        switch plan.deed {
        case 0: _ = try await client.transfers(.delete, "/\(id)", as: "adam")
        case 1, 2, 3:
            let party = TransferParty.allCases[plan.deed - 1]
            if try await client.isThere(party, of: id) { try? await client.hangUp(party, of: id) }
        default: break
        }
        try await eventually("\(plan) to end") {
            let state = try await client.record(id).transfer.state
            if state == .consulting {
                _ = try await client.transfers(.post, "/complete", #"{"transferId":"\#(id)"}"#, as: "adam")
            }
            return state.isEnded
        }
        try await eventually("nobody to be alone after \(plan)") {
            let last = try await client.record(id)
            return client.feature.live.read { model in
                TransferParty.allCases.allSatisfy { party in
                    model.channel(LiveModel.id(last.channel(of: party)))?.isBridged ?? true
                }
            }
        }
    }
}
