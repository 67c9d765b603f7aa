import AMI
import Basics
import CallRecords
import TestSupport
import Testing

/// PBXs without `timestampevents`, as people met them: what each event came out as was wrong by a quarter of an hour, or
/// by a change of the clock.
struct FieldTimesTests {
    /// The records of a capture, as JSON, by event.
    private func records(
        _ name: String,
        zone: String? = nil,
        receivedAt: Int = 1_795_900_000
    ) throws -> [(event: String, json: JSONValue)] {
        var decoder = MessageDecoder()
        var bytes: [UInt8] = []
        for byte in try Fixture.bytes("times/\(name).ami") {
            if byte == ASCII.newline { bytes.append(ASCII.carriageReturn) }
            bytes.append(byte)
        }
        decoder.append((bytes + Array("\r\n\r\n".utf8))[...])
        var builder = RecordBuilder(hostname: "pbx", zone: try zone.map { try TimeZoneRules(named: $0) })
        var found: [(event: String, json: JSONValue)] = []
        while let message = decoder.next() {
            let receipt = Receipt(at: Timestamp(seconds: receivedAt), isPrompt: true)
            guard let record = builder.record(of: message, receipt) else { continue }
            let name = message[.eventName]?.text ?? "Cdr"
            found.append((name, try JSONParser.parse(record.body[...])))
        }
        return found
    }

    private func times(_ records: [(event: String, json: JSONValue)]) -> [String: String] {
        Dictionary(
            records.map { ($0.event, $0.json["eventtime"]?.string ?? $0.json["started_at"]?.string ?? "") }
        ) { $1 }
    }

    @Test(arguments: [nil, "America/Toronto"])
    func `an event 15 minutes after its channel is not taken for its first`(zone: String?) throws {
        let records = try records("cel-902s", zone: zone)
        let times = times(records)
        let starts = records.filter { $0.event == "CHAN_START" }.map { $0.json["eventtime"]?.string }
        #expect(starts == ["2026-07-01T10:00:00Z", "2026-07-01T10:16:40Z"])
        #expect(times["ANSWER"] == "2026-07-01T10:00:04Z")
        for event in ["HANGUP", "CHAN_END", "LINKEDID_END"] { #expect(times[event] == "2026-07-01T10:15:02Z") }
        for (event, json) in records {
            // The CDR comes when a second channel has begun: its start lies between two certain times.
            let source = ["CHAN_START", "Cdr"].contains(event) ? nil : JSONValue.string(zone == nil ? "guess" : "zone")
            #expect(json["time_source"] == source, "\(event)")
        }
    }

    @Test func `a mapped CDR proves the offset, and times within its call are certain`() throws {
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        func json(_ event: String, _ changes: [String: String?]) throws -> JSONValue {
            try CDRTests.json(changes, event: event, builder: &builder)
        }
        let call: [String: String?] = [
            "UniqueID": "1782900000.80", "StartTime": "2026-07-01 06:00:00", "AnswerTime": "2026-07-01 06:00:04",
            "EndTime": "2026-07-01 06:15:02", "Duration": "902", "BillableSeconds": "898",
            "StartEpoch": "1782900000.250000", "AnswerEpoch": "1782900004.250000", "EndEpoch": "1782900902.250000",
        ]
        #expect(try json("Cdr", call)["time_source"] == nil)
        for (time, right) in [("06:00:04", "10:00:04"), ("06:15:02", "10:15:02")] {
            let cel = try json(
                "CEL",
                ["UniqueID": "1782900000.80", "EventName": "ANSWER", "EventTime": "2026-07-01 \(time)"]
            )
            #expect(cel["eventtime"] == .string("2026-07-01T\(right)Z"))
            #expect(cel["time_source"] == nil)
        }
    }

    @Test(arguments: [nil, "America/Toronto"])
    func `a call over the end of summer time is followed`(zone: String?) throws {
        let records = try records("dst-end-cel", zone: zone)
        #expect(times(records)["CHAN_START"] == "2026-11-01T05:50:00Z")
        #expect(times(records)["HANGUP"] == "2026-11-01T06:10:00Z")
        #expect(records.last?.json["time_source"] == .string(zone == nil ? "guess" : "zone"))
    }

    @Test func `a second leg that comes first is flagged, right with PBX_TZ`() throws {
        let guess = try records("late-first-cdr-kolkata")
        #expect(guess.map { $0.json["time_source"] } == [.string("guess")])
        let named = try records("late-first-cdr-kolkata", zone: "Asia/Kolkata")
        #expect(named.map { $0.json["started_at"] } == [.string("2026-07-01T11:10:00Z")])
        #expect(named.map { $0.json["time_source"] } == [.string("zone")])
    }

    @Test func `the same read when it happens is right and certain without any zone`() throws {
        // 20 minutes after the call began: the hangup of the second fixture.
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        let begin = 1_793_512_200
        for (event, time, after, right) in [
            ("CHAN_START", "01:50:00", 0, "05:50:00"), ("ANSWER", "01:50:03", 3, "05:50:03"),
            ("HANGUP", "01:10:00", 1200, "06:10:00"),
        ] {
            let message = CDRTests.message(
                ["EventName": event, "EventTime": "2026-11-01 \(time)", "UniqueID": "\(begin).1"],
                event: "CEL"
            )
            let receipt = Receipt(at: Timestamp(seconds: begin + after), isPrompt: true)
            let json = try builder.record(of: message, receipt).map { try JSONParser.parse($0.body[...]) }
            #expect(json?["eventtime"] == .string("2026-11-01T\(right)Z"), "\(event)")
            #expect(json?["time_source"] == nil, "\(event)")
        }
    }

    @Test func `the key of a record does not depend on the source of its time`() throws {
        let changes: [String: String?] = ["EventName": "HANGUP", "EventTime": "2026-11-20 23:12:05"]
        let keys = try [nil, "America/Toronto", "Asia/Kolkata"].map {
            try CDRTests.json(changes, event: "CEL", zone: $0)["record_id"]
        }
        #expect(Set(keys.map { $0?.string }).count == 1)
    }
}
