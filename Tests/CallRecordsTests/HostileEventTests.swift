import AMI
import Basics
import TestSupport
import Testing

@testable import CallRecords

/// Events that no Asterisk sends: none traps, and none takes more than a bounded multiple of its size.
struct HostileEventTests {
    private static let numbers = [
        "-9223372036854775808", "-9223372036854775807", "-9223372036854775806", "-1000000001", "-1", "0", "86400",
        "9223372036854775806", "9223372036854775807", "99999999999999999999", "", "-", "1e9",
    ]
    private static let times = [
        "0000-01-01 00:00:00", "0000-12-31 23:59:60", "1970-01-01 00:00:00", "2026-11-21 01:32:05",
        "9999-12-31 23:59:60", "9999-02-31 00:00:00", "",
    ]

    private func event(_ lines: [String]) -> AMIMessage {
        AMIMessage(Array(lines.map { $0 + "\r\n" }.joined().utf8)[...])
    }

    private func json(_ record: CallRecord?) throws -> JSONValue {
        let body = try #require(record).body
        #expect(String(validating: body, as: UTF8.self) != nil)
        return try JSONParser.parse(body[...])
    }

    @Test(arguments: numbers, [nil, "Pacific/Apia", "America/Toronto"])
    func `a Cdr with any numbers and times gives a record`(number: String, zone: String?) throws {
        var builder = RecordBuilder(hostname: "pbx", zone: try zone.map { try TimeZoneRules(named: $0) })
        for start in Self.times {
            for end in Self.times {
                let lines = [
                    "Event: Cdr", "UniqueID: 1795224725.2", "StartTime: \(start)", "AnswerTime: \(end)",
                    "EndTime: \(end)", "Duration: \(number)", "BillableSeconds: \(number)", "Sequence: \(number)",
                    "AMAFlags: \(number)",
                ]
                for epochs in [[], ["StartEpoch", "AnswerEpoch", "EndEpoch"].map { "\($0): \(number)" }] {
                    let record = builder.record(of: event(lines + epochs), receivedAt: .now())
                    #expect(try json(record)["started_at"]?.string?.utf8.count ?? 0 >= 20)
                }
            }
        }
    }

    /// The offset that one event teaches counts for the next: then a time may be before the year 0.
    @Test(arguments: times, ["1795224725.5", "62167219200.0", "253402300799.9", "9223372036854775807.1"])
    func `a CEL with any time gives a record, whatever offset was learned before`(time: String, stamp: String) throws {
        for learned in ["2026-11-21 15:32:05", "2026-11-20 13:32:05"] {
            var builder = RecordBuilder(hostname: "pbx", zone: nil)
            let teaching = event(["Event: CEL", "Timestamp: 1795224725.5", "EventTime: \(learned)"])
            _ = builder.record(of: teaching, receivedAt: .now())
            for stamps in [[], ["Timestamp: \(stamp)"]] {
                let lines = ["Event: CEL"] + stamps + ["EventTime: \(time)"]
                let record = builder.record(of: event(lines), receivedAt: .now())
                #expect(try json(record)["eventtime"]?.string?.utf8.count ?? 0 >= 20)
            }
        }
    }

    @Test func `the event that ended the process gives a record`() throws {
        var decoder = MessageDecoder()
        decoder.append(try Fixture.bytes("attack/duration.ami")[...])
        let message = decoder.next()
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        let record = builder.record(of: try #require(message), receivedAt: .now())
        #expect(try json(record)["duration"]?.integer == -.max)
    }

    @Test(arguments: HostileInput.kinds)
    func `a record takes no more than some times the bytes of its event`(kind: HostileInput.Kind) throws {
        let value = kind.bytes(8 << 10).filter { $0 != ASCII.newline }
        for head in [
            "Event: Cdr\r\nUniqueID: 1.1\r\nCallerID: ", "Event: CEL\r\nEventName: APP_START\r\nExtra: ",
            "Event: CEL\r\nEventName: PARK_START\r\nUniqueID: 1.1\r\nExtra: ", "Event: Cdr\r\nUniqueID: ",
            "Event: CEL\r\nEventName: CHAN_START\r\nUniqueID: 1.1\r\nContext: ", "Event: Cdr\r\nDestination: ",
            "Event: Cdr\r\nDestinationContext: ", "Event: Cdr\r\nLastData: ",
        ] {
            var builder = RecordBuilder(hostname: "pbx", zone: nil)
            let message = AMIMessage((Array(head.utf8) + value + Array("\r\n".utf8))[...])
            let made = builder.record(of: message, receivedAt: .now())
            let record = try #require(made)
            _ = try json(record)
            #expect(record.body.count <= 20 * value.count + 2048, "\(head)")
            let stored = builder.memory.takeChanges().reduce(0) { $0 + ($1.facts?.count ?? 0) + $1.uniqueID.count }
            #expect(stored <= 6 * 7 * ChannelFacts.longestText + 512, "\(head)")
        }
    }

    @Test(arguments: HostileInput.kinds)
    func `a context of any length is matched with a pattern of many stars`(kind: HostileInput.Kind) {
        let name = kind.bytes(16 << 10)
        for pattern in [String(repeating: "*a", count: 100) + "b", "*" + kind.pattern + "*b*", "**********", "-", "*"] {
            let pattern = ContextPattern(pattern)
            #expect(!pattern.matches(name) || pattern.exactName == nil)
        }
        #expect(ContextPattern("*").matches(name))
        #expect(ContextMatcher().classes(of: name) == ContextMatcher().classes(of: name))
    }

    @Test func `a thousand headers with names of their own give a record with all of them`() throws {
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        let names = (0..<990).map { String(repeating: "n", count: 200) + "\($0)" }
        let lines = ["Event: Cdr"] + names.map { "\($0): 1" } + names.map { "\($0): 2" }
        let record = builder.record(of: event(lines), receivedAt: .now())
        let custom = try json(record)["custom"]?.members
        #expect(custom?.map(\.name) == names)
        #expect(custom?.allSatisfy { $0.value.string == "1" } == true)
    }

    @Test func `the end of a channel and of a call is recorded once, however often it is reported`() {
        var memory = ChannelCache()
        for number in 0..<100 {
            memory.begin(
                Array("1.\(number)".utf8)[...],
                linkedID: Array("1.0".utf8)[...],
                context: [],
                at: Timestamp(seconds: 0)
            )
        }
        for _ in 0..<1000 {
            memory.end(Array("1.5".utf8)[...], at: Timestamp(seconds: 1))
            memory.endCall(Array("1.0".utf8)[...], at: Timestamp(seconds: 1))
        }
        #expect(memory.queued <= 2 * 100)
    }

    @Test func `a channel that lives for long does not keep what is forgotten behind it`() {
        var memory = ChannelCache()
        for number in 0..<100_000 {
            let uniqueID = Array("1.\(number)".utf8)[...]
            let now = Timestamp(seconds: number / 100)
            memory.begin(uniqueID, linkedID: uniqueID, context: [], at: now)
            if number > 0 { memory.end(uniqueID, at: now) }
        }
        #expect(memory[Array("1.0".utf8)[...]] != nil)
        #expect(memory.count < 7000)
        #expect(memory.queued < 4 * 7000)
    }
}
