import Basics
import CallRecords
import Glibc
import Testing

/// Every time is right, or flagged: calls of a second to six hours around both changes of the clock in 21 zones, some of
/// their events read after a stall, with all that may tell the offset and without each of it.
///
/// 1,000 calls for each combination; `TIMES=full` takes 10,000, and other seeds each time.
struct TimesPropertyTests {
    private static let zones = [
        "America/Toronto", "America/St_Johns", "America/Sao_Paulo", "America/Phoenix", "America/Havana",
        "America/Nuuk", "America/Santiago", "Europe/London", "Europe/Berlin", "Africa/Cairo", "Africa/Casablanca",
        "Asia/Jerusalem", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Eucla", "Australia/Lord_Howe",
        "Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia", "Antarctica/Troll", "UTC",
    ]

    private static let isFull = unsafe getenv("TIMES").map { unsafe String(cString: $0) == "full" } ?? false

    private static func seed(_ zone: String) -> UInt64 {
        isFull ? .random(in: .min ... .max) : zone.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }
    }

    private func calls(_ zone: SimulatedZone, isBatched: Bool, _ seed: UInt64) -> SimulatedCalls {
        SimulatedCalls(count: Self.isFull ? 10_000 : 1000, around: zone.edges, isBatched: isBatched, seed: seed)
    }

    @Test(arguments: zones)
    func `every time is right or flagged`(name: String) throws {
        let zone = SimulatedZone(rules: try TimeZoneRules(named: name))
        let seed = Self.seed(name)
        for isBatched in [false, true] {
            let calls = calls(zone, isBatched: isBatched, seed)
            for var options in SimulatedZone.Options.all {
                options.skew = Int(seed % 600) - 300
                let result = zone.run(calls, options)
                let what = "\(name), batched \(isBatched), \(options), seed \(seed)"
                #expect(result.wrong.isEmpty, "\(what)")
                #expect(result.certain > result.flagged, "\(what): \(result.certain) certain, \(result.flagged) not")
                #expect(result.contradiction == nil, "\(what)")
                #expect(result.promptFlagged == 0, "\(what)")
                if options.isStamped, options.isMapped { #expect(result.flagged == 0, "\(what)") }
            }
        }
    }

    @Test(arguments: ["UTC", "America/Toronto", "Australia/Lord_Howe", "Asia/Kathmandu"])
    func `with clocks that are an hour apart every time is right or flagged`(name: String) throws {
        let zone = SimulatedZone(rules: try TimeZoneRules(named: name))
        let calls = calls(zone, isBatched: false, Self.seed(name)).fromFirstChannel()
        for skew in [-3600, -500, 500, 3600] {
            for isNamed in [false, true] {
                let result = zone.run(calls, SimulatedZone.Options(isNamed: isNamed, skew: skew))
                #expect(result.wrong.isEmpty, "\(name), named \(isNamed), skew \(skew)")
            }
        }
    }

    @Test(arguments: ["UTC", "America/Toronto", "Asia/Kolkata"])
    func `a zone that is named wrongly makes no time wrong without a flag, and is found out`(name: String) throws {
        let zone = SimulatedZone(rules: try TimeZoneRules(named: name))
        let wrong = try TimeZoneRules(named: "Pacific/Auckland")
        for options in SimulatedZone.Options.all where options.isNamed {
            let result = zone.run(calls(zone, isBatched: true, Self.seed(name)), options, naming: wrong)
            #expect(result.wrong.isEmpty, "\(name), \(options)")
            #expect(result.contradiction?.zone == "Pacific/Auckland", "\(name), \(options)")
        }
    }

    @Test func `no zone sets its clocks back but at night, so a local time of the day is one moment`() throws {
        let table = String(
            decoding: try FileContents.read("/usr/share/zoneinfo/zone1970.tab", limit: 1 << 20),
            as: UTF8.self
        )
        let names = table.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap {
            $0.split(separator: "\t").dropFirst(2).first.map { String($0) }
        }
        #expect(names.count > 300)
        for name in names {
            let rules = try TimeZoneRules(named: name)
            // From 2020 to 2037.
            for week in stride(from: 1_577_836_800, to: 2_145_916_800, by: 604_800) {
                var (low, high) = (week, week + 604_800)
                let (before, after) = (rules.offset(at: low), rules.offset(at: high))
                guard after < before else { continue }
                while high - low > 1 {
                    let middle = (low + high) / 2
                    if rules.offset(at: middle) == before { low = middle } else { high = middle }
                }
                for repeated in [high + after, high + before - 1] {
                    #expect(OffsetSpans.isNight(repeated), "\(name) at \(Timestamp(seconds: high))")
                }
            }
        }
    }
}
