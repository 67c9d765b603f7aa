import Basics
import Testing

@testable import CallerID

@Suite struct SelectionExplanationTests {
    private static let now: Int64 = 1_772_323_200_000_000

    private func number(_ id: Int64, _ digits: String, pool: String = "", isActive: Bool = true) throws -> CallerNumber
    {
        CallerNumber(
            id: id,
            digits: try #require(Digits(digits)),
            areaCode: try #require(Digits(digits)).prefix(3),
            hourlyLimit: 1,
            pool: pool,
            isActive: isActive
        )
    }

    private func request(_ campaign: String, agent: String = "a") throws -> SelectionRequest {
        SelectionRequest(
            destination: try #require(Destination("2125559876")),
            campaign: campaign,
            agent: agent,
            holder: ""
        )
    }

    @Test func `each step says how many numbers it has, and the answer is that of the decision`() throws {
        var state = SelectionState(SelectionPolicy(), at: Timestamp(microseconds: Self.now))
        state.store(try number(1, "2125550001", pool: "sales"))
        state.store(try number(2, "2125550002"))
        state.store(try number(3, "2125550003"))
        state.store(try number(4, "2125550004", isActive: false))
        state.store(try number(5, "3105550005"))
        for _ in 0..<3 {
            let explanation = state.explain(try request("sales"), at: Self.now)
            let (selection, _) = state.select(try request("sales"), at: Self.now)
            #expect(explanation.answer == selection)
        }
        // Used once in this hour, and free again only as far as the reservation goes.
        let released = state.release(try #require(Digits("2125550002")), holder: nil, at: Self.now)
        #expect(released != nil)
        let explanation = state.explain(try request("sales"), at: Self.now)
        let steps = explanation.steps
        #expect(steps.map(\.tier) == [.poolAndArea, .pool, .area, .any])
        #expect(steps.map(\.total) == [1, 1, 3, 4])
        #expect(steps.map(\.free) == [0, 0, 0, 1])
        #expect(steps.map(\.reserved) == [1, 1, 1, 1])
        #expect(steps.map(\.usedUp) == [0, 0, 1, 1])
        #expect(steps.map(\.inactive) == [0, 0, 1, 1])
        #expect(steps.map { $0.areaCode.description } == ["212", "", "212", ""])
        #expect(steps.map { $0.number?.description } == [nil, nil, nil, "3105550005"])
        #expect(state.figures.free == 1)
    }

    @Test func `an explanation counts nothing, and knows the agent's rate`() throws {
        var policy = SelectionPolicy()
        policy.requestsPerMinute = 1
        var state = SelectionState(policy, at: Timestamp(microseconds: Self.now))
        state.store(try number(1, "2125550001"))
        for _ in 0..<5 {
            guard case .granted = state.explain(try request("s"), at: Self.now).answer else {
                Issue.record("refused")
                return
            }
        }
        _ = state.select(try request("s"), at: Self.now)
        #expect(state.explain(try request("s"), at: Self.now).answer == .rateLimited(retryAfter: 60))
        let other = state.explain(try request("s", agent: "b"), at: Self.now)
        #expect(other.answer == .unavailable(.quota, retryAfter: 3600))
    }
}
