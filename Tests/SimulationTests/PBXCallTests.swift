import Basics
import TestSupport
import Testing

@testable import Simulation

@Suite struct PBXCallTests {
    static let end = Timestamp(microseconds: 1_795_224_725_888_087)

    static func call(_ kind: CallKind, seed: UInt64 = 7, dialect: PBXDialect = PBXDialect()) -> SimulatedCall {
        var scenario = CallScenario(seed: seed, dialect: dialect, kinds: [kind])
        return scenario.nextCall(endingAt: end)
    }

    static func records(_ call: SimulatedCall) -> [PBXTestClient.Stanza] {
        parsed(call, .cdr)
    }

    /// The frames of one kind only: parsing text is slow in a debug build.
    static func parsed(_ call: SimulatedCall, _ kind: PBXFrameKind) -> [PBXTestClient.Stanza] {
        let indices = call.frames.frames.indices.filter { call.frames.frames[$0].kind == kind }
        return indices.flatMap { stanzas(Array(call.frames[$0])) }
    }

    @Test func `the same seed gives the same bytes`() {
        var first = CallScenario(seed: 3)
        var second = CallScenario(seed: 3)
        var other = CallScenario(seed: 4)
        for _ in 0..<50 {
            let bytes = first.nextCall(endingAt: Self.end).frames.bytes
            #expect(bytes == second.nextCall(endingAt: Self.end).frames.bytes)
            #expect(bytes != other.nextCall(endingAt: Self.end).frames.bytes)
        }
    }

    @Test(arguments: [
        (CallKind.internalAnswered, ["ANSWERED"]), (.outbound, ["ANSWERED"]), (.inbound, ["ANSWERED"]),
        (.busy, ["BUSY"]), (.noAnswer, ["NO ANSWER"]), (.congestion, ["CONGESTION"]),
        (.blindTransfer, ["ANSWERED", "ANSWERED"]), (.attendedTransfer, ["ANSWERED", "ANSWERED", "ANSWERED"]),
        (.parked, ["ANSWERED", "ANSWERED", "ANSWERED"]), (.localChannel, ["ANSWERED", "ANSWERED"]),
        (.voicemail, ["NO ANSWER", "ANSWERED"]), (.conference, ["ANSWERED", "ANSWERED", "ANSWERED"]),
        (.userEvent, ["ANSWERED"]),
    ])
    func `each kind of call has its Cdrs`(kind: CallKind, dispositions: [String]) {
        for seed in 1...10 as ClosedRange<UInt64> {
            #expect(Self.records(Self.call(kind, seed: seed)).map { $0["Disposition"] } == dispositions)
        }
    }

    @Test func `a queue call has a Cdr for each attempt and one more for the answer or the giving up`() {
        var counts: Set<Int> = []
        for seed in 1...40 as ClosedRange<UInt64> {
            let records = Self.records(Self.call(.queue, seed: seed))
            counts.insert(records.count)
            #expect(records.last?["Disposition"] == "ANSWERED")
            #expect(records.dropLast().allSatisfy { ["NO ANSWER", "BUSY"].contains($0["Disposition"]) })
            #expect(Set(records.map { $0["UniqueID"] }).count == 1)
            #expect(Set(records.map { $0["Sequence"] }).count == records.count)
        }
        #expect(counts == [1, 2, 3, 4])
    }

    @Test func `both parts of a blind transfer have the caller's UniqueID`() {
        let records = Self.records(Self.call(.blindTransfer))
        #expect(records[0]["UniqueID"] == records[1]["UniqueID"])
        #expect(records[0]["DestinationChannel"] != records[1]["DestinationChannel"])
        #expect(Int(records[0]["Sequence"]) ?? 0 < Int(records[1]["Sequence"]) ?? 0)
    }

    @Test func `a call through a Local channel has a Cdr of each half, under one LinkedID`() {
        let records = Self.records(Self.call(.localChannel))
        #expect(records.contains { $0["Channel"].hasPrefix("Local/") && $0["Channel"].hasSuffix(";2") })
        #expect(records.contains { $0["DestinationChannel"].hasSuffix(";1") })
        #expect(Set(records.map { $0["LinkedID"] }).count == 1)
        #expect(Set(records.map { $0["UniqueID"] }).count == 2)
    }

    @Test func `the times of a Cdr agree with each other and end at the clock`() throws {
        let zone = try TimeZoneRules(named: "America/Toronto")
        for seed in 1...30 as ClosedRange<UInt64> {
            var scenario = CallScenario(seed: seed, dialect: PBXDialect(zone: zone))
            let call = scenario.nextCall(endingAt: Self.end)
            #expect(call.frames.frames.last?.time == Self.end)
            for record in Self.records(call) {
                let start = try #require(Timestamp(epoch: Array(record["StartEpoch"].utf8)[...]))
                let end = try #require(Timestamp(epoch: Array(record["EndEpoch"].utf8)[...]))
                let answer = Timestamp(epoch: Array(record["AnswerEpoch"].utf8)[...])
                #expect(Int(record["Duration"]) == Int((end.microseconds - start.microseconds) / 1_000_000))
                let billable = answer.map { Int((end.microseconds - $0.microseconds) / 1_000_000) } ?? 0
                #expect(Int(record["BillableSeconds"]) == billable)
                #expect(record["AnswerTime"].isEmpty == (answer == nil))
                let local = try #require(CivilTime(asterisk: Array(record["StartTime"].utf8)[...]))
                #expect(local.secondsSinceEpoch == start.seconds - 5 * 3600)
                #expect(end <= Self.end)
            }
        }
    }

    @Test func `header order of each event is that of the captures`() throws {
        let captured = try ["basic", "transfers"].flatMap { try stanzas(Fixture.bytes("ami-asterisk22-\($0).txt")) }
        let played = CallKind.allCases.flatMap { stanzas(Self.call($0).frames.bytes) }
        let names = [
            "Cdr", "CEL", "Newchannel", "Newstate", "Hangup", "DialBegin", "DialState", "MessageWaiting",
            "HangupRequest", "SoftHangupRequest", "DialEnd",
            "BridgeCreate", "BridgeEnter", "BridgeLeave", "BridgeDestroy", "LocalBridge", "BlindTransfer",
            "NewConnectedLine", "DeviceStateChange", "ParkedCall",
        ]
        for name in names {
            let real = captured.filter { $0["Event"] == name }.map { Self.headers($0) }
            let ours = Set(played.filter { $0["Event"] == name }.map { Self.headers($0) })
            #expect(!ours.isEmpty)
            for headers in ours { #expect(real.contains(headers), "\(name): \(headers)") }
        }
    }

    /// The names of the headers; the captured Cdrs have one mapping which the simulation lacks, a second CallerID.
    static func headers(_ stanza: PBXTestClient.Stanza) -> [String] {
        var names = stanza.map(\.name)
        if let second = names.lastIndex(of: "CallerID"), names.firstIndex(of: "CallerID") != second {
            names.remove(at: second)
        }
        return names
    }

    @Test func `mappings, timestamps and the system name can be configured`() {
        let plain = PBXDialect(mappings: [], timestampsEvents: false, systemName: "east-1")
        let call = Self.call(.internalAnswered, dialect: plain)
        for stanza in stanzas(call.frames.bytes) {
            #expect(stanza["Timestamp"].isEmpty)
            #expect(stanza["SystemName"] == "east-1")
        }
        let record = Self.records(call)[0]
        #expect(record.last?.name == "UserField")
        #expect(record["UniqueID"].hasPrefix("east-1-17952"))
    }

    @Test func `congestion is a failure unless cdr conf says otherwise`() {
        let call = Self.call(.congestion, dialect: PBXDialect(reportsCongestion: false))
        #expect(Self.records(call).map { $0["Disposition"] } == ["FAILED"])
    }

    @Test func `names are escaped in channel events and in the caller id, not in CELs`() {
        let name = "Alice \"Q\" Agent"
        #expect(name.escapedLikeC == #"Alice \"Q\" Agent"#)
        #expect("O'Brien".escapedLikeC == #"O\'Brien"#)
        #expect(#"a\b"#.escapedInCallerID == #"a\\b"#)
        #expect("O'Brien".escapedInCallerID == "O'Brien")
        var seen: Set<String> = []
        for seed in 1...80 as ClosedRange<UInt64> {
            let call = Self.call(.internalAnswered, seed: seed)
            let records = Self.records(call)
            guard records[0]["CallerID"].hasPrefix(#""Alice \"#) else { continue }
            seen.formUnion(records.map { $0["CallerID"] })
            seen.formUnion(Self.parsed(call, .cel).map { $0["CallerIDname"] })
            seen.formUnion(Self.parsed(call, .channel).map { $0["CallerIDName"] })
        }
        #expect(seen.contains(name) && seen.contains(name.escapedLikeC))
        #expect(seen.contains { $0.hasPrefix(#""Alice \"Q\" Agent" <"#) })
    }

    @Test func `every channel starts, hangs up and ends, and each LinkedID ends last`() {
        for kind in CallKind.allCases {
            let events = Self.parsed(Self.call(kind), .cel)
            func channels(_ name: String) -> Set<String> {
                Set(events.filter { $0["EventName"] == name }.map { $0["UniqueID"] })
            }
            #expect(channels("CHAN_START") == channels("CHAN_END"))
            #expect(channels("CHAN_START") == channels("HANGUP"))
            let linked = Set(events.map { $0["LinkedID"] })
            #expect(events.count { $0["EventName"] == "LINKEDID_END" } == linked.count)
            #expect(events.last?["EventName"] == "LINKEDID_END")
            let balance = events.reduce(0) { sum, event in
                sum + (event["EventName"] == "APP_START" ? 1 : event["EventName"] == "APP_END" ? -1 : 0)
            }
            #expect(balance == 0)
            for event in events where !event["Extra"].isEmpty {
                #expect((try? JSONParser.parse(event["Extra"])) != nil)
            }
        }
    }

    @Test func `interleaved calls keep the order of each and lose none`() {
        var stream = CallStream(scenario: CallScenario(seed: 5), seed: 5, concurrency: 6)
        var batch = FrameSequence()
        var calls = 40
        while stream.next(into: &batch, calls: &calls, now: Self.end) {}
        var alone = CallScenario(seed: 5)
        let total = (0..<40).reduce(0) { sum, _ in sum + alone.nextCall(endingAt: Self.end).frames.count }
        #expect(batch.count == total)
        let ends = stanzas(batch.bytes).filter { $0["EventName"] == "LINKEDID_END" }
        #expect(ends.count >= 40)
        #expect(Set(ends.map { $0["LinkedID"] }).count == ends.count)
    }

    @Test func `a restart sets the counters back without repeating a UniqueID`() {
        var scenario = CallScenario(seed: 5)
        func identities() -> [String] {
            Self.records(scenario.nextCall(endingAt: Self.end)).map { "\($0["UniqueID"])/\($0["Sequence"])" }
        }
        let before = (0..<60).flatMap { _ in identities() }
        scenario.restart()
        let after = (0..<60).flatMap { _ in identities() }
        #expect(Set(before + after).count == before.count + after.count)
        #expect(after[0].hasSuffix(".0/0"))
    }
}
