import Basics
import CallerID
import TestSupport
import Testing

@Suite struct SelectionStateTests {
    static let start: Int64 = 1_795_900_000_000_000

    static func number(_ id: Int, area: String = "", pool: String = "", active: Bool = true) throws -> CallerNumber {
        CallerNumber(
            id: Int64(id),
            digits: try #require(Digits("\(2_125_550_000 + id)")),
            carrier: "AT&T",
            areaCode: try #require(Digits(area)),
            pool: pool,
            isActive: active
        )
    }

    static func request(_ to: String, campaign: String = "sales", agent: String = "a1", id: String = "") throws
        -> SelectionRequest
    {
        SelectionRequest(
            destination: try #require(Destination(to)),
            campaign: campaign,
            agent: agent,
            holder: id,
            isRepeatable: !id.isEmpty
        )
    }

    static func state(_ policy: SelectionPolicy = SelectionPolicy(), _ numbers: [CallerNumber]) -> SelectionState {
        var state = SelectionState(policy, at: Timestamp(microseconds: start))
        for number in numbers { state.store(number) }
        return state
    }

    private func granted(_ selection: Selection) -> Grant? {
        if case .granted(let grant) = selection { grant } else { nil }
    }

    @Test func `a number of the longest area code comes before others, and those of the campaign's pool before all`()
        throws
    {
        var state = Self.state([
            try Self.number(1, area: "31"), try Self.number(2, area: "310"), try Self.number(3, area: "212"),
            try Self.number(4, area: "212", pool: "sales"),
        ])
        var tiers: [SelectionTier?] = []
        var ids: [String] = []
        for index in 0..<4 {
            let (selection, _) = state.select(try Self.request("13105559876"), at: Self.start + Int64(index))
            let grant = try #require(granted(selection))
            tiers.append(grant.tier)
            ids.append(grant.number.description)
        }
        #expect(tiers == [.pool, .area, .any, .any])
        #expect(ids == ["2125550004", "2125550002", "2125550001", "2125550003"])
    }

    @Test func `a pool belongs to its campaign alone`() throws {
        var state = Self.state([try Self.number(1, pool: "sales")])
        let other = state.select(try Self.request("3105559876", campaign: "support"), at: Self.start).0
        #expect(other == .unavailable(.empty, retryAfter: 3600))
        #expect(granted(state.select(try Self.request("3105559876"), at: Self.start).0) != nil)
    }

    @Test func `numbers never used come first in order of id, then the one used longest ago`() throws {
        var policy = SelectionPolicy()
        policy.reservationSeconds = 0
        var state = Self.state(policy, [try Self.number(3), try Self.number(1), try Self.number(2)])
        let order = try (0..<5).map { index in
            try granted(state.select(Self.request("3105559876"), at: Self.start + Int64(index)).0)?.number.description
        }
        #expect(order == ["2125550001", "2125550002", "2125550003", "2125550001", "2125550002"])
    }

    @Test func `the reason and the wait say what keeps the first number`() throws {
        #expect(
            Self.state([]).selecting(try Self.request("3105559876")) == .unavailable(.empty, retryAfter: 3600)
        )
        #expect(
            Self.state([try Self.number(1, active: false)]).selecting(try Self.request("3105559876"))
                == .unavailable(.inactive, retryAfter: 3600)
        )
        var state = Self.state([try Self.number(1)])
        _ = state.select(try Self.request("3105559876"), at: Self.start)
        #expect(
            state.select(try Self.request("3105559876"), at: Self.start + 1_500_000).0
                == .unavailable(.reserved, retryAfter: 299)
        )
        var policy = SelectionPolicy()
        policy.reservationSeconds = 10
        policy.hourlyLimit = 1
        state = Self.state(policy, [try Self.number(1)])
        _ = state.select(try Self.request("3105559876"), at: Self.start)
        // 1795900000 is 400 s after the full hour.
        #expect(
            state.select(try Self.request("3105559876"), at: Self.start).0
                == .unavailable(.quota, retryAfter: 3200)
        )
        policy.isAreaCodeStrict = true
        state = Self.state(policy, [try Self.number(1, area: "212")])
        #expect(
            state.select(try Self.request("3105559876"), at: Self.start).0 == .unavailable(.area, retryAfter: 3600)
        )
    }

    @Test func `the same request gets the same answer until its reservation ends, and counts once`() throws {
        var state = Self.state([try Self.number(1), try Self.number(2)])
        let request = try Self.request("3105559876", id: "r1")
        let first = try #require(granted(state.select(request, at: Self.start).0))
        let (second, event) = state.select(request, at: Self.start + 100_000_000)
        #expect(granted(second)?.number == first.number)
        #expect(granted(second)?.reservedFor == 200)
        #expect(granted(second)?.isRepeat == true)
        #expect(event == nil)
        #expect(state.use(of: first.number)?.hourCount == 1)
        let other = try #require(granted(state.select(try Self.request("2065559876", id: "r1"), at: Self.start).0))
        #expect(other.number != first.number)
    }

    @Test func `only the holder of a reservation releases it, and an operator any`() throws {
        var state = Self.state([try Self.number(1)])
        let number = try #require(Digits("2125550001"))
        var request = try Self.request("3105559876")
        request.holder = "1795.1"
        _ = state.select(request, at: Self.start)
        #expect(state.release(number, holder: "1795.2", at: Self.start) == nil)
        #expect(state.release(number, holder: "", at: Self.start) == nil)
        #expect(state.release(number, holder: "1795.1", wasUnused: true, at: Self.start) != nil)
        #expect(state.use(of: number)?.hourCount == 0)
        #expect(state.use(of: number)?.dayCount == 0)
        #expect(state.release(number, holder: nil, at: Self.start) == nil)
        _ = state.select(request, at: Self.start + 1)
        #expect(state.release(number, holder: nil, at: Self.start + 2) != nil)
        #expect(state.use(of: number)?.hourCount == 1)
    }

    @Test func `an agent over the rate waits for the end of the window`() throws {
        var policy = SelectionPolicy()
        policy.requestsPerMinute = 2
        var state = Self.state(policy, try (1...9).map { try Self.number($0) })
        let request = try Self.request("3105559876")
        _ = state.select(request, at: Self.start)
        _ = state.select(request, at: Self.start + 10_000_000)
        #expect(state.select(request, at: Self.start + 20_500_000).0 == .rateLimited(retryAfter: 40))
        #expect(granted(state.select(request, at: Self.start + 60_000_000).0) != nil)
        let other = try Self.request("3105559876", agent: "a2")
        #expect(granted(state.select(other, at: Self.start + 60_000_000).0) != nil)
    }

    @Test func `a clock that goes back opens no quota and repeats no number`() throws {
        var policy = SelectionPolicy()
        policy.hourlyLimit = 1
        policy.reservationSeconds = 0
        var state = Self.state(policy, [try Self.number(1)])
        #expect(granted(state.select(try Self.request("3105559876"), at: Self.start).0) != nil)
        #expect(granted(state.select(try Self.request("3105559876"), at: Self.start - 7_200_000_000).0) == nil)
    }

    @Test func `a removed number is not handed out, and its reservation counts until its end`() throws {
        var state = Self.state([try Self.number(1)])
        let number = try #require(Digits("2125550001"))
        _ = state.select(try Self.request("3105559876"), at: Self.start)
        state.remove(number)
        #expect(state.figures.total == 0)
        #expect(state.reservation(of: number) != nil)
        state.store(try Self.number(1))
        #expect(granted(state.select(try Self.request("3105559876"), at: Self.start + 1).0) == nil)
        #expect(state.use(of: number)?.hourCount == 1)
        state.remove(number)
        #expect(state.bringBack(limit: 10, at: Self.start + 300_000_000) == 1)
        #expect(state.use(of: number) == nil)
    }

    @Test func `a trunk shows numbers of its route and type first, then of the route, then any, then its default`()
        throws
    {
        func placed(_ id: Int, _ place: TrunkPlace) throws -> CallerNumber {
            var number = try Self.number(id)
            number.places = [place]
            number.hourlyLimit = 1
            return number
        }
        var policy = SelectionPolicy()
        policy.defaultNumber = "02473002556"
        var state = Self.state(
            policy,
            [
                try placed(1, TrunkPlace(trunk: "T", isDefault: true)),
                try placed(2, TrunkPlace(trunk: "T", route: "91")),
                try placed(3, TrunkPlace(trunk: "T", route: "92")),
                try placed(4, TrunkPlace(trunk: "T", route: "92", callType: "auto")),
                try placed(5, TrunkPlace(trunk: "U", route: "92", callType: "auto")),
            ]
        )
        let lookup = TrunkLookup(trunk: "T", route: "92", callType: "auto")
        let found = (0..<5).map { state.lookUp(lookup, at: Self.start + Int64($0)).0 }
        #expect(
            found.map { $0?.number }
                == ["2125550004", "2125550003", "2125550002", "2125550001", "02473002556"]
        )
        #expect(found.map { $0?.route } == ["92", "92", "91", "0", "92"])
        #expect(
            found.map { $0?.tier } == [.trunkRouteAndType, .trunkAndRoute, .trunk, .trunkDefault, .standard]
        )
        #expect(granted(state.select(try Self.request("3105559876"), at: Self.start + 9).0) == nil)
        #expect(state.lookUp(TrunkLookup(), at: Self.start + 9).0?.number == "2125550005")
    }

    // MARK: Properties

    private struct Choices {
        var random: SplitMix64
        mutating func pick<Element>(_ elements: [Element]) -> Element {
            elements[Int.random(in: 0..<elements.count, using: &random)]
        }
        mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    }

    @Test(arguments: 0..<24) func `random requests get the answers of the rules in their plainest form`(seed: Int)
        throws
    {
        var choices = Choices(random: SplitMix64(seed: UInt64(seed)))
        var policy = SelectionPolicy()
        policy.reservationSeconds = choices.pick([0, 30, 300])
        policy.requestsPerMinute = choices.pick([0, 5, 100])
        policy.hourlyLimit = Int32(choices.pick([3, 10, 100]))
        policy.dailyLimit = Int32(choices.pick([10, 50]))
        policy.isAreaCodeStrict = choices.number(0...2) == 0
        policy.sharesWhenEmpty = choices.number(0...2) == 0
        policy.zone = choices.number(0...1) == 0 ? nil : try TimeZoneRules(named: "Australia/Lord_Howe")
        var state = SelectionState(policy, at: Timestamp(microseconds: Self.start))
        var reference = ReferenceSelection(policy: policy)
        var now = Self.start
        var numbers: [CallerNumber] = []
        for id in 1...12 {
            numbers.append(
                try Self.number(
                    id,
                    area: choices.pick(["", "212", "31", "310"]),
                    pool: choices.pick(["", "", "sales"])
                )
            )
        }
        for step in 0..<(Subprocess.isSanitized ? 600 : 2000) {
            now += Int64(choices.pick([0, 1, 500_000, 5_000_000, 60_000_000, 600_000_000]))
            let number = choices.pick(numbers)
            switch choices.number(0...20) {
            case 0:
                var changed = number
                changed.isActive = choices.number(0...2) > 0
                changed.hourlyLimit = choices.pick([nil, 0, -1, 2])
                state.store(changed)
                reference.store(changed)
            case 1 where state.reservation(of: number.digits) == nil:
                state.remove(number.digits)
                reference.remove(number.digits)
            case 2, 3:
                let holder = choices.pick([nil, "", "r1", "r2"])
                let wasUnused = choices.number(0...1) == 0
                let event = state.release(number.digits, holder: holder, wasUnused: wasUnused, at: now)
                let expected = reference.release(number.digits, holder: holder, wasUnused: wasUnused, at: now)
                #expect((event != nil) == expected, "step \(step)")
            default:
                let request = try Self.request(
                    choices.pick(["2125551111", "13105551111", "0044207123456", "3135551111"]),
                    campaign: choices.pick(["sales", "other"]),
                    agent: choices.pick(["a1", "a2"]),
                    id: choices.pick(["", "", "r1", "r2"])
                )
                let (selection, _) = state.select(request, at: now)
                let expected = reference.select(request, at: now)
                guard granted(selection)?.number == expected else {
                    Issue.record("step \(step) at \(now): \(selection), not \(expected?.description ?? "none")")
                    return
                }
            }
        }
    }

    @Test(arguments: 0..<2) func `no number is reserved twice or used above its limits, however many fall due at once`(
        seed: Int
    ) throws {
        var choices = Choices(random: SplitMix64(seed: UInt64(seed)))
        var policy = SelectionPolicy()
        policy.reservationSeconds = 60
        policy.requestsPerMinute = 0
        policy.hourlyLimit = 4
        policy.dailyLimit = 20
        var state = SelectionState(policy, at: Timestamp(microseconds: Self.start))
        for id in 1...3000 { state.store(try Self.number(id, area: choices.pick(["212", "310", "714"]))) }
        var now = Self.start
        var held: [Digits: Int64] = [:]
        var uses: [Digits: (hour: Int64, count: Int)] = [:]
        var answers = 0
        // An expectation costs more than a decision, so that only failures are one.
        for step in 0..<(Subprocess.isSanitized ? 10_000 : 40_000) {
            now += Int64(choices.pick([10, 1_000, 30_000, 30_000_000]))
            let destination = choices.pick(["2125551111", "3105551111", "7145551111", "9995551111"])
            guard let grant = granted(state.select(try Self.request(destination), at: now).0) else { continue }
            answers += 1
            let hour = now / 3_600_000_000
            let inHour = uses[grant.number].map { $0.hour == hour ? $0.count : 0 } ?? 0
            if held[grant.number, default: 0] > now || inHour >= 4 {
                Issue.record("step \(step): \(grant.number) is reserved, or was used \(inHour) times")
                return
            }
            held[grant.number] = now + 60_000_000
            uses[grant.number] = (hour, inHour + 1)
        }
        #expect(answers > 3000)
    }

    @Test func `the events of all decisions make the same state again`() throws {
        var choices = Choices(random: SplitMix64(seed: 7))
        var policy = SelectionPolicy()
        policy.reservationSeconds = 30
        policy.hourlyLimit = 5
        let numbers = try (1...40).map { try Self.number($0, area: "212") }
        var state = Self.state(policy, numbers)
        var copy = Self.state(policy, numbers)
        var now = Self.start
        for _ in 0..<5000 {
            now += Int64(choices.pick([1, 1_000_000, 20_000_000]))
            let request = try Self.request(
                "2125551111",
                agent: "a\(choices.number(0...99))",
                id: choices.pick(["", "r1"])
            )
            if let event = state.select(request, at: now).1 { copy.apply(event) }
            let number = choices.pick(numbers).digits
            let unused = choices.number(0...1) == 0
            if let event = state.release(number, holder: nil, wasUnused: unused, at: now) { copy.apply(event) }
        }
        // Both clocks show the same time.
        _ = copy.bringBack(limit: 0, at: now)
        for number in numbers {
            #expect(state.use(of: number.digits) == copy.use(of: number.digits))
            #expect(state.reservation(of: number.digits) == copy.reservation(of: number.digits))
        }
    }
}

extension SelectionState {
    fileprivate func selecting(_ request: SelectionRequest) -> Selection {
        var copy = self
        return copy.select(request, at: SelectionStateTests.start).0
    }
}

extension SelectionStateTests {
    fileprivate static func state(_ numbers: [CallerNumber]) -> SelectionState { state(SelectionPolicy(), numbers) }
}
