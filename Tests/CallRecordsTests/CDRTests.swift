import AMI
import Basics
import CallRecords
import Testing

struct CDRTests {
    /// The JSON of a Cdr event with some headers changed; `nil` removes one.
    static func json(
        _ changes: [String: String?] = [:],
        event: String = "Cdr",
        zone: String? = nil
    ) throws -> JSONValue {
        var builder = RecordBuilder(hostname: "pbx", zone: try zone.map { try TimeZoneRules(named: $0) })
        return try json(changes, event: event, builder: &builder)
    }

    static func json(
        _ changes: [String: String?] = [:],
        event: String = "Cdr",
        builder: inout RecordBuilder
    ) throws -> JSONValue {
        let message = Self.message(changes, event: event)
        let built = builder.record(of: message, receivedAt: Timestamp(seconds: 1_800_000_000))
        let record = try #require(built)
        return try JSONParser.parse(record.body[...])
    }

    static func message(_ changes: [String: String?], event: String = "Cdr") -> AMIMessage {
        var headers = event == "Cdr" ? cdr : cel
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            headers.removeAll { $0.0 == name }
            if let value { headers.append((name, value)) }
        }
        let lines = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
        return AMIMessage(Array("Event: \(event)\r\nPrivilege: cdr,all\r\n\(lines)".utf8)[...])
    }

    private static let cdr = [
        ("AccountCode", ""), ("Source", "101"), ("Destination", "4165551234"), ("DestinationContext", "from-internal"),
        ("CallerID", #""Zoë \"Z\" \\ O'Neil" <101>"#), ("Channel", "PJSIP/101-00000001"), ("DestinationChannel", ""),
        ("LastApplication", "Dial"), ("LastData", "PJSIP/4165551234@trunk,60"), ("StartTime", "2026-11-20 20:32:05"),
        ("AnswerTime", "2026-11-20 20:32:08"), ("EndTime", "2026-11-20 20:33:05"), ("Duration", "60"),
        ("BillableSeconds", "57"), ("Disposition", "ANSWERED"), ("AMAFlags", "DOCUMENTATION"),
        ("UniqueID", "1795224725.7"), ("UserField", ""),
    ]

    private static let cel = [
        ("EventName", "ANSWER"), ("CallerIDnum", "101"), ("Channel", "PJSIP/101-00000001"),
        ("EventTime", "2026-11-20 20:32:08"), ("AMAFlags", "BILLING"), ("UniqueID", "1795224725.7"),
        ("LinkedID", "1795224725.7"), ("Extra", ""),
    ]

    @Test func `a CDR has the members that are always there, and none that is empty`() throws {
        let json = try Self.json()
        let names = json.members?.map(\.name) ?? []
        #expect(
            names == [
                "record_id", "call_id", "uniqueid", "src", "dst", "src_number", "dst_number", "src_name", "clid",
                "call_type", "direction", "duration", "billsec", "disposition", "amaflags", "started_at", "calldate",
                "answered_at", "ended_at",
                "channel", "dcontext", "lastapp", "lastdata", "host_name", "time_source", "direction_metadata",
            ]
        )
        #expect(json["call_id"] == .string("1795224725.7"))
        #expect(json["duration"] == .integer(60))
        #expect(json["amaflags"] == .integer(3))
        #expect(json["host_name"] == .string("pbx"))
    }

    @Test func `mapped headers have their places, unknown ones go along as custom`() throws {
        let json = try Self.json([
            "LinkedID": "1795224725.1", "Sequence": "42", "PeerAccount": "P", "TenantID": "acme", "DID": "18005551000",
            "RecordingFile": "a.wav", "Empty": "",
        ])
        #expect(json["linkedid"] == .string("1795224725.1"))
        #expect(json["sequence"] == .integer(42))
        #expect(json["peeraccount"] == .string("P"))
        #expect(json["tenant"] == .string("acme"))
        #expect(
            json["custom"]
                == .object([
                    .init(name: "DID", value: .string("18005551000")),
                    .init(name: "RecordingFile", value: .string("a.wav")),
                ])
        )
    }

    @Test(arguments: [
        (#""Jane Doe" <4165559876>"#, "Jane Doe"), (#""" <4165559876>"#, nil),
        (#""Zoë \"Z\" \\ O'Neil" <1>"#, #"Zoë "Z" \ O'Neil"#),
        (#""Sales -" <1>"#, "Sales"), (#""a--" <1>"#, "a-"), ("Jane <1>", "Jane"), ("", nil), (#""unended"#, "unended"),
        ("<1>", nil),
    ])
    func `the caller's name is freed of its quotes`(callerID: String, name: String?) throws {
        #expect(try Self.json(["CallerID": callerID])["src_name"]?.string == name)
    }

    @Test func `the queue is the first argument of Queue`() throws {
        let json = try Self.json(["LastApplication": "Queue", "LastData": "sales,t,,,300"])
        #expect(json["queue_name"] == .string("sales"))
        #expect(try Self.json()["queue_name"] == nil)
    }

    @Test func `numbers that are none become zero, flags that are none are left out`() throws {
        let json = try Self.json(["Duration": "x", "BillableSeconds": nil, "AMAFlags": "Unknown", "Sequence": ""])
        #expect(json["duration"] == .integer(0) && json["billsec"] == .integer(0))
        #expect(json["amaflags"] == nil && json["sequence"] == nil)
    }

    @Test func `a header that was cut inside a character is repaired`() throws {
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        let cut = AMIMessage(
            (Self.message(["UserField": nil]).bytes + Array("UserField: Zo".utf8) + [0xc3, 0x0d, 0x0a])[...]
        )
        let built = builder.record(of: cut, receivedAt: Timestamp(seconds: 0))
        let record = try #require(built)
        #expect(try JSONParser.parse(record.body[...])["userfield"] == .string("Zo\u{fffd}"))
    }

    @Test func `an event that says nothing still becomes a record with all that is always there`() throws {
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        let built = builder.record(
            of: AMIMessage(Array("Event: Cdr\r\n".utf8)[...]),
            receivedAt: Timestamp(seconds: 1_800_000_000)
        )
        let record = try #require(built)
        let json = try JSONParser.parse(record.body[...])
        for name in ["record_id", "call_id", "uniqueid", "duration", "billsec", "started_at", "calldate"] {
            #expect(json[name] != nil)
        }
        #expect(json["calldate"] == .string("2027-01-15T08:00:00Z"))
    }

    @Test func `other events make no record`() {
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        for event in ["Hangup", "Cdrs", "", "cel2"] {
            let message = AMIMessage(Array("Event: \(event)\r\nUniqueID: 1\r\n".utf8)[...])
            #expect(builder.record(of: message, receivedAt: .now()) == nil)
        }
    }

    @Test func `missing mappings are noticed`() throws {
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        _ = try Self.json(["LinkedID": "1.1", "Sequence": "1", "StartEpoch": "1795224725.5"], builder: &builder)
        #expect(!builder.findings.lacksMappings)
        _ = try Self.json(builder: &builder)
        #expect(builder.findings.lacksMappings)
    }

    @Test func `Extra is an object when it reads as one`() throws {
        func extra(_ text: String) throws -> JSONValue? { try Self.json(["Extra": text], event: "CEL")["extra"] }
        #expect(try extra(#"{"hangupcause":16}"#) == .object([.init(name: "hangupcause", value: .integer(16))]))
        #expect(try extra(#"{"hangupcause":16"#) == .string(#"{"hangupcause":16"#))
        #expect(try extra("[1]") == .string("[1]"))
        #expect(try extra("") == nil)
    }
}
