import AMI
import Basics
import CallRecords
import Testing

struct RecordIDTests {
    private func id(_ changes: [String: String?] = [:], event: String = "Cdr", _ builder: inout RecordBuilder)
        -> RecordID?
    {
        builder.record(of: CDRTests.message(changes, event: event), receivedAt: .now())?.id
    }

    @Test func `the same stream read twice gives the same keys`() {
        var one = RecordBuilder(hostname: "pbx", zone: nil)
        var other = RecordBuilder(hostname: "pbx", zone: nil)
        let changes: [[String: String?]] = [[:], [:], ["Channel": "x"], [:], ["Sequence": "4"]]
        #expect(changes.map { id($0, &one) } == changes.map { id($0, &other) })
    }

    @Test func `records equal in all that identifies them are numbered`() {
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        let ids = (0..<50).compactMap { _ in id([:], &builder) }
        #expect(Set(ids).count == 50)
    }

    @Test(arguments: [
        "UniqueID", "Sequence", "LinkedID", "StartTime", "AnswerTime", "EndTime", "Channel", "DestinationChannel",
        "LastApplication", "Disposition",
    ])
    func `what identifies a CDR changes its key`(header: String) {
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        #expect(id([:], &builder) != id([header: "other"], &builder))
        var fresh = RecordBuilder(hostname: "pbx", zone: nil)
        #expect(id(["UserField": "other"], &fresh) != nil)
    }

    @Test(arguments: ["UniqueID", "EventName", "EventTime", "Channel", "Application", "AppData", "Extra", "Timestamp"])
    func `what identifies a CEL changes its key`(header: String) {
        var one = RecordBuilder(hostname: "pbx", zone: nil)
        var other = RecordBuilder(hostname: "pbx", zone: nil)
        #expect(id([:], event: "CEL", &one) != id([header: "other"], event: "CEL", &other))
    }

    @Test func `a record from another host, and a CEL, have other keys`() {
        var one = RecordBuilder(hostname: "pbx", zone: nil)
        var other = RecordBuilder(hostname: "pbx2", zone: nil)
        #expect(id([:], &one) != id([:], &other))
    }

    @Test func `the sequence beats the linkedid where both are mapped`() {
        var one = RecordBuilder(hostname: "pbx", zone: nil)
        var other = RecordBuilder(hostname: "pbx", zone: nil)
        #expect(
            id(["Sequence": "1", "LinkedID": "1.1"], &one) == id(["Sequence": "1", "LinkedID": "2.2"], &other)
        )
    }

    @Test func `equal records are distinguished far into the stream`() {
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        let first = id([:], &builder)
        for number in 0..<20_000 { _ = id(["UniqueID": "1.\(number)"], &builder) }
        #expect(id([:], &builder) != first)
    }
}
