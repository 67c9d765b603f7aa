import Basics
import Glibc
import TestSupport
import Testing

@testable import CallerID

/// The same requests to the rules in memory and to those in Redis.
///
/// `CALLERID_DIFFERENTIAL_STEPS=1000000` makes the test a long one: so many steps for each policy.
@Suite struct RedisDifferentialTests {
    private static let steps: Int = {
        guard let text = unsafe getenv("CALLERID_DIFFERENTIAL_STEPS") else { return 400 }
        return unsafe Int(String(cString: text)) ?? 400
    }()

    private struct Choices {
        var random: SplitMix64
        mutating func pick<Element>(_ elements: [Element]) -> Element {
            elements[Int.random(in: 0..<elements.count, using: &random)]
        }
        mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

        mutating func policy() throws -> SelectionPolicy {
            var policy = SelectionPolicy()
            policy.reservationSeconds = pick([0, 30, 300])
            policy.requestsPerMinute = pick([0, 5, 100])
            policy.hourlyLimit = Int32(pick([-1, 0, 3, 10, 100]))
            policy.dailyLimit = Int32(pick([-1, 10, 50]))
            policy.isAreaCodeStrict = number(0...2) == 0
            policy.sharesWhenEmpty = number(0...2) == 0
            policy.defaultNumber = pick([nil, "02473002556"])
            policy.defaultTrunk = pick(["", "", "T"])
            let zone = pick(["", "Australia/Lord_Howe", "America/New_York", "Asia/Kathmandu"])
            policy.zone = zone.isEmpty ? nil : try TimeZoneRules(named: zone)
            return policy
        }

        mutating func callerNumber(_ id: Int) throws -> CallerNumber {
            var number = try SelectionStateTests.number(
                id,
                area: pick(["", "212", "31", "310", "442071"]),
                pool: pick(["", "", "sales", "a:b|c,d%"]),
                active: self.number(0...9) > 0
            )
            number.carrier = pick(["", "AT&T, \"x\"|"])
            number.hourlyLimit = pick([nil, nil, 0, -1, 2])
            number.dailyLimit = pick([nil, nil, 0, -1, 4])
            for _ in 0..<max(self.number(-4...2), 0) {
                number.places.append(
                    TrunkPlace(
                        trunk: pick(["T", "U:%"]),
                        route: pick(["", "91", "9,2"]),
                        callType: pick(["", "auto", "manual"]),
                        isDefault: self.number(0...4) == 0
                    )
                )
            }
            return number
        }

        mutating func request() throws -> SelectionRequest {
            var request = try SelectionStateTests.request(
                pick(["2125551111", "13105551111", "0044207123456", "3135551111"]),
                campaign: pick(["sales", "other", "", "a:b|c,d%"]),
                agent: pick(["a1", "a2", "a|3 \n"]),
                id: pick(["", "r1", "r2", "r 3\n|"])
            )
            if number(0...9) == 0 { request.isRepeatable = false }
            return request
        }

        mutating func lookup() -> TrunkLookup {
            TrunkLookup(
                trunk: pick(["", "T", "U:%", "V"]),
                route: pick(["", "91", "9,2"]),
                callType: pick(["auto", "manual"])
            )
        }
    }

    @Test(arguments: 0..<24) func `Redis gives the answers of the rules in memory`(seed: Int) async throws {
        var choices = Choices(random: SplitMix64(seed: UInt64(seed)))
        let policy = try choices.policy()
        // Some starts are before a change of the clocks in each of the zones.
        let start = choices.pick([SelectionStateTests.start, 1_793_480_000_000_000, 1_775_300_000_000_000])
        let clock = Lock(start)
        let testing = try await RedisTesting()
        let redis = testing.engine(policy, prefix: choices.pick(["", "p:"])) { clock.withLock { $0 } }
        var memory = SelectionState(policy, at: Timestamp(microseconds: start))
        let numbers = try (1...(seed == 0 ? 1000 : choices.pick([3, 12, 60]))).map { try choices.callerNumber($0) }
        for number in numbers { memory.store(number) }
        try await redis.store(numbers)
        try await redis.open(generation: "1")
        var now = start
        var held: [Digits] = []
        for step in 0..<Self.steps {
            now += Int64(choices.pick([0, 0, 1, 500_000, 5_000_000, 60_000_000, 600_000_000]))
            if choices.number(0...199) == 0 { now += 20_000_000_000 }
            // The clock goes back now and then.
            let shown = choices.number(0...19) == 0 ? now - Int64(choices.pick([1, 2_000_000, 9_000_000_000])) : now
            clock.withLock { $0 = shown }
            let place = "seed \(seed), step \(step) at \(now)"
            let number = choices.pick(numbers)
            switch choices.number(0...20) {
            case 0, 1:
                var changed = try choices.callerNumber(1)
                (changed.id, changed.digits) = (number.id, number.digits)
                _ = memory.bringBack(limit: 0, at: shown)
                memory.store(changed)
                try await redis.store([changed])
            case 2:
                _ = memory.bringBack(limit: 0, at: shown)
                memory.remove(number.digits)
                try await redis.remove([number.digits])
            case 3, 4, 5:
                let digits = held.isEmpty ? number.digits : choices.pick(held)
                let holder = choices.pick([nil, "", "r1", "r2", "r 3\n|"])
                let wasUnused = choices.number(0...1) == 0
                let expected = memory.release(digits, holder: holder, wasUnused: wasUnused, at: shown) != nil
                let released = try await redis.release(digits, holder: holder, wasUnused: wasUnused)
                try #require(released == expected, "\(place)")
            case 6, 7, 8:
                let lookup = choices.lookup()
                let expected = memory.lookUp(lookup, at: shown).0
                let found = try await redis.lookUp(lookup)
                try #require(found.fields == expected.fields, "\(place)")
            default:
                let request = try choices.request()
                let expected = memory.select(request, at: shown).0
                let selection = try await redis.select(request)
                try #require(selection == expected, "\(place)")
                if case .granted(let grant) = selection { held = held.suffix(8) + [grant.number] }
            }
        }
    }
}

extension TrunkNumber? {
    fileprivate var fields: [String] {
        guard let self else { return [] }
        return [self.number, self.trunk, self.route, "\(self.areaCode)", self.carrier, self.tier.rawValue]
    }
}
