import Basics
import CallRecords
import Testing

@testable import Recordings

struct RecordingNameTests {
    private func name(_ path: String) -> RecordingName { RecordingName(path: Array(path.utf8)[...]) }

    @Test(arguments: [
        ("/m/1795224725.12.wav", "1795224725.12"), ("1795224725.12", "1795224725.12"),
        ("/m/2026/11/21/in-5551234-201-20261121-013205-1795224725.12.wav", "1795224725.12"),
        ("/m/pbx1-1795224725.7.gsm", "1795224725.7"), ("/m/17952247250.7-in.wav", "17952247250.7"),
        ("/m/1111111111.1-1795224725.12.WAV", "1795224725.12"),
    ])
    func `the UniqueID is the last number of its form`(path: String, uniqueID: String) {
        #expect(name(path).uniqueID == Array(uniqueID.utf8))
    }

    @Test(arguments: [
        "/m/meeting.wav", "/m/179522472.1.wav", "/m/1795224725.wav", "/m/1795224725.mp3", "/m/.wav", "", "/",
    ])
    func `a name without one has none`(path: String) {
        #expect(name(path).uniqueID == nil)
        #expect(name(path).possibleUniqueIDs.isEmpty)
    }

    @Test func `what stands before the UniqueID may be the name of a system`() {
        let readings = name("/m/in-pbx_a-1795224725.7.wav").possibleUniqueIDs.map { $0[...].text }
        #expect(
            readings == ["in-pbx_a-1795224725.7", "pbx_a-1795224725.7", "a-1795224725.7", "1795224725.7"]
        )
        #expect(name("/m/in_1795224725.7.wav").possibleUniqueIDs.count == 1)
    }

    @Test(arguments: [
        ("in-1.wav", Direction.inbound), ("inbound-x.wav", .inbound), ("OUT-1.wav", .outbound),
        ("/in-x/outbound-5551234-1795224725.12.wav", .outbound),
    ])
    func `the direction is the first word`(path: String, direction: Direction) {
        #expect(name(path).direction == direction)
    }

    @Test(arguments: ["internal-1.wav", "in.wav", "rec-in-1.wav", "/in-1/x.wav", "inner-1.wav"])
    func `other words are no direction`(path: String) { #expect(name(path).direction == nil) }

    @Test(arguments: [
        ("20260701120600-1782921960.18-1000-5503301-Outbound.wav", Direction.outbound),
        ("20260701120600-1782921960_105999-104-0819979336-Outbound.wav", .outbound),
        ("20260701120600-1782921960.18-1000-5503301-Inbound.wav", .inbound),
        ("20260701120600-1782921960.18-1000-1001-INTERNAL.wav", .internal), ("in-201-Outbound.wav", .inbound),
    ])
    func `where the first word gives no direction, the last one may`(path: String, direction: Direction) {
        #expect(name(path).direction == direction)
    }

    @Test(arguments: ["external-201-4165551234-20260701-120600-1782921960.18.wav", "x-Outbound-1.wav", "Outbound.wav"])
    func `a word in another place, or external, is no direction`(path: String) { #expect(name(path).direction == nil) }

    @Test(
        arguments: [
            ("auto-1782921960-1000-5551234.wav", 1_782_921_960), ("AUTO-1782921960-x.wav", 1_782_921_960),
            ("auto-1782921960.wav", nil), ("auto-17829219-1000.wav", nil), ("auto-178292196012-1000.wav", nil),
            ("x-auto-1782921960-1000.wav", nil), ("auto-178292196x-1000.wav", nil), ("auto-1782921960-", 1_782_921_960),
        ] as [(String, Int?)]
    )
    func `a one-touch recording has the second of its begin`(path: String, epoch: Int?) {
        #expect(name(path).epoch == epoch)
    }

    @Test(
        arguments: [
            ("20260701120600-1782921960_105999-104-0819979336-Outbound.wav", "2026-07-01T12:06:00Z"),
            ("x20260701120600.wav", "2026-07-01T12:06:00Z"), ("120260701120600.wav", nil), ("202607011206001.wav", nil),
            ("20261301120600.wav", nil), ("20260701250600.wav", nil),
        ] as [(String, String?)]
    )
    func `fourteen digits that are a time are one`(path: String, time: String?) {
        #expect(name(path).time.map { Timestamp(seconds: $0.secondsSinceEpoch).description } == time)
    }

    @Test(arguments: [
        ("mikopbx-1782900420.19_in.wav", "_in"), ("1782900420.19.wav", ""), ("x.wav", ""), ("1782900420.19", ""),
        ("20260701120600-1782921960.18-1000-5503301-Outbound.wav", "-1000-5503301-Outbound"),
    ])
    func `what follows the UniqueID is kept`(path: String, rest: String) {
        #expect(name(path).rest == Array(rest.utf8))
    }

    @Test(arguments: [
        ("queue-sales-1795224725.12.wav", "sales"), ("in-queue-400-x.wav", "400"),
        ("/monitor/queues/sales/2026/1795224725.12.wav", "sales"), ("/queues/a/queue-b-1.wav", "b"),
    ])
    func `the queue is in the name or above it`(path: String, queue: String) {
        #expect(name(path).queue == Array(queue.utf8))
    }

    @Test(arguments: ["queue-sales.wav", "queue--1.wav", "/queues/1795224725.12.wav", "/my-queues/sales/x.wav"])
    func `no queue is made up`(path: String) { #expect(name(path).queue == nil) }

    @Test(arguments: [
        "in-5551234-20261121-013205-1795224725.12.wav", "2026-11-21-01-32-05.wav", "x_2026-11-21-01-32-05_y.wav",
        "20269999-000000-20261121-013205.wav", "20261121013205.wav",
    ])
    func `the time is read in each form`(path: String) {
        #expect(name(path).time == CivilTime(year: 2026, month: 11, day: 21, hour: 1, minute: 32, second: 5))
    }

    @Test(arguments: ["20260230-000000.wav", "120261121-013205.wav", "20261121-0132055.wav", "202611210132055.wav"])
    func `what is no time is left alone`(path: String) { #expect(name(path).time == nil) }

    @Test func `any bytes will do, and 255 of them cost no time`() {
        let junk: [UInt8] = [0x2f, 0xff, 0xfe, 0x0a, 0x27, 0x22, 0x2d] + Array("1795224725.12.wav".utf8)
        #expect(RecordingName(path: junk[...]).uniqueID == Array("1795224725.12".utf8))
        #expect(RecordingName(path: junk[...]).possibleUniqueIDs.first?.first == 0xff)
        let long = [UInt8](repeating: ASCII.minus, count: 237) + Array("-1795224725.12.wav".utf8)
        #expect(RecordingName(path: long[...]).uniqueID == Array("1795224725.12".utf8))
    }
}
