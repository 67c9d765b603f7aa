import AMI
import Basics
import CallRecords
import Testing

/// A PBX in Toronto, in Kolkata, and across both changes of the clock, with and without mapped epochs.
struct CallTimeTests {
    /// A call as the PBX would tell it in its own zone.
    private struct Call {
        let zone: TimeZoneRules
        let start: Int
        let answer: Int?
        let end: Int
        /// When its channel was made.
        var channelMade: Int?

        private func local(_ instant: Int) -> String {
            var bytes: [UInt8] = []
            CivilTime(secondsSinceEpoch: instant + zone.offset(at: instant)).append(to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }

        func headers(epochs: Bool) -> [String: String?] {
            var headers: [String: String?] = [
                "UniqueID": "\(channelMade ?? start).7", "StartTime": local(start), "EndTime": local(end),
                "AnswerTime": answer.map { local($0) } ?? "", "Duration": "\(end - start)",
                "BillableSeconds": "\(answer.map { end - $0 } ?? 0)",
            ]
            if epochs {
                headers["StartEpoch"] = "\(start).250000"
                headers["AnswerEpoch"] = answer.map { "\($0).500000" } ?? "0.000000"
                headers["EndEpoch"] = "\(end).750000"
            }
            return headers
        }
    }

    private static let zones = [
        "America/Toronto", "Asia/Kolkata", "Europe/Berlin", "Asia/Kathmandu", "UTC", "Pacific/Apia",
    ]

    /// 2026: clocks go forward on 8 March 07:00 UTC and back on 1 November 06:00 UTC in Toronto; in Berlin on 29 March
    /// and 25 October at 01:00 UTC.
    private static let moments = [
        1_772_953_200 - 1800, 1_772_953_200 - 5, 1_772_953_200 + 5, 1_793_512_800 - 5400, 1_793_512_800 - 1800,
        1_793_512_800 - 5, 1_793_512_800 + 5, 1_774_746_000 - 30, 1_792_890_000 - 1800, 1_792_890_000 + 30,
        1_795_224_725,
    ]

    private func times(_ json: JSONValue) -> [String?] {
        ["started_at", "answered_at", "ended_at"].map { json[$0]?.string }
    }

    private func expected(_ call: Call, fractions: [Int]) -> [String?] {
        zip([call.start, call.answer, call.end], fractions).map { instant, fraction in
            instant.map { Timestamp(microseconds: Int64($0) * 1_000_000 + Int64(fraction)).description }
        }
    }

    @Test(arguments: zones, moments)
    func `mapped epochs are taken as they are`(zone: String, start: Int) throws {
        for answer in [start + 4, nil] {
            let call = Call(zone: try TimeZoneRules(named: zone), start: start, answer: answer, end: start + 600)
            let json = try CDRTests.json(call.headers(epochs: true))
            #expect(times(json) == expected(call, fractions: [250_000, 500_000, 750_000]))
        }
    }

    @Test(arguments: zones, moments)
    func `without epochs the UniqueID gives the offset, and the duration a change of the clock`(
        zone: String,
        start: Int
    ) throws {
        for answer in [start + 4, start + 3000, nil] {
            let call = Call(zone: try TimeZoneRules(named: zone), start: start, answer: answer, end: start + 3600)
            let json = try CDRTests.json(call.headers(epochs: false))
            #expect(times(json) == expected(call, fractions: [0, 0, 0]))
        }
    }

    @Test(arguments: zones)
    func `a later CDR of a long call keeps the offset of the times before it`(zone: String) throws {
        let rules = try TimeZoneRules(named: zone)
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        let first = Call(zone: rules, start: 1_795_224_725, answer: nil, end: 1_795_224_730)
        _ = try CDRTests.json(first.headers(epochs: true), builder: &builder)
        for minutes in [3, 8, 14, 20, 40, 200] {
            let start = 1_795_224_725 + minutes * 60 + 10
            let call = Call(zone: rules, start: start, answer: nil, end: start + 60, channelMade: 1_795_224_725)
            let json = try CDRTests.json(call.headers(epochs: false), builder: &builder)
            #expect(times(json) == expected(call, fractions: [0, 0, 0]), "\(minutes) minutes later")
            #expect(json["time_source"] == .string("guess"))
        }
    }

    @Test func `a later CDR that comes first is right with PBX_TZ, and flagged in any case`() throws {
        let toronto = try TimeZoneRules(named: "America/Toronto")
        for minutes in [8, 14, 40, 200] {
            let start = 1_795_224_725 + minutes * 60 + 10
            let call = Call(zone: toronto, start: start, answer: nil, end: start + 60, channelMade: 1_795_224_725)
            let named = try CDRTests.json(call.headers(epochs: false), zone: "America/Toronto")
            #expect(times(named) == expected(call, fractions: [0, 0, 0]))
            #expect(named["time_source"] == .string("zone"))
            #expect(try CDRTests.json(call.headers(epochs: false))["time_source"] == .string("guess"))
        }
    }

    @Test(arguments: ["chosen-by-somebody", "1795224725", "12.3", "", "pbx-x.1"])
    func `a UniqueID that a client chose leaves PBX_TZ, and then UTC, both flagged`(uniqueID: String) throws {
        let changes: [String: String?] = ["UniqueID": uniqueID]
        let named = try CDRTests.json(changes, zone: "America/Toronto")
        #expect(named["calldate"] == .string("2026-11-21T01:32:05Z"))
        #expect(named["time_source"] == .string("zone"))
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        let json = try CDRTests.json(changes, builder: &builder)
        #expect(json["calldate"] == .string("2026-11-20T20:32:05Z"))
        #expect(json["time_source"] == .string("utc"))
        #expect(builder.uncertainTimes[.utc] == 1)
    }

    @Test(arguments: ["1795224725.7", "pbx-1795224725.7", "my-pbx.example-1795224725.7"])
    func `the epoch is found in a UniqueID with and without a system name`(uniqueID: String) throws {
        #expect(try CDRTests.json(["UniqueID": uniqueID])["calldate"] == .string("2026-11-21T01:32:05Z"))
    }

    @Test func `a CEL's zone comes from its Timestamp header`() throws {
        let changes: [String: String?] = ["Timestamp": "1795224728.888087", "UniqueID": "chosen"]
        let json = try CDRTests.json(changes, event: "CEL")
        #expect(json["eventtime"] == .string("2026-11-21T01:32:08Z"))
    }

    @Test func `without a Timestamp header a CHAN_START is certain, and what follows it is flagged`() throws {
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        let start: [String: String?] = ["EventName": "CHAN_START", "EventTime": "2026-11-20 20:32:05"]
        let first = try CDRTests.json(start, event: "CEL", builder: &builder)
        #expect(first["eventtime"] == .string("2026-11-21T01:32:05Z"))
        #expect(first["time_source"] == nil)
        let late: [String: String?] = ["EventName": "HANGUP", "EventTime": "2026-11-20 23:12:05"]
        let second = try CDRTests.json(late, event: "CEL", builder: &builder)
        #expect(second["eventtime"] == .string("2026-11-21T04:12:05Z"))
        #expect(second["time_source"] == .string("guess"))
        let chosen: [String: String?] = ["EventTime": "2026-11-20 23:12:06", "UniqueID": "chosen"]
        #expect(
            try CDRTests.json(chosen, event: "CEL", builder: &builder)["eventtime"] == .string("2026-11-21T04:12:06Z")
        )
        #expect(builder.uncertainTimes[.guess] == 2)
    }

    @Test func `a record without any time has that of its receipt or its channel, flagged`() throws {
        let cel = try CDRTests.json(["EventTime": nil], event: "CEL")
        #expect(cel["eventtime"] == .string("2027-01-15T08:00:00Z"))
        #expect(cel["time_source"] == .string("guess"))
        let cdr = try CDRTests.json(["StartTime": "", "AnswerTime": "", "EndTime": ""])
        #expect(cdr["calldate"] == .string("2026-11-21T01:32:05Z"))
        #expect(cdr["time_source"] == .string("guess"))
    }

    @Test(arguments: ["9223372036854775807", "-9223372036854775807", "99999999999999999999", "-1", "x", ""])
    func `a duration that is none of a call changes nothing`(duration: String) throws {
        let json = try CDRTests.json(["Duration": duration, "BillableSeconds": duration])
        #expect(times(json) == ["2026-11-21T01:32:05Z", "2026-11-21T01:32:08Z", "2026-11-21T01:33:05Z"])
    }

    @Test func `the clock going back is followed`() throws {
        let toronto = try TimeZoneRules(named: "America/Toronto")
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        for start in stride(from: 1_793_512_800 - 7200, to: 1_793_512_800 + 7200, by: 300) {
            let call = Call(zone: toronto, start: start, answer: start + 2, end: start + 200)
            let json = try CDRTests.json(call.headers(epochs: false), builder: &builder)
            #expect(times(json) == expected(call, fractions: [0, 0, 0]))
        }
    }
}
