import AMI
import Basics
import CallRecords
import TestSupport
import Testing

/// Real captures in, JSON lines out.
struct GoldenRecordsTests {
    private func records(_ capture: [UInt8], piece size: Int, keeping: (Bytes) -> Bool = { _ in true }) -> [CallRecord]
    {
        var decoder = MessageDecoder(expectsGreeting: true)
        var builder = RecordBuilder(hostname: "pbx.example.org", zone: nil)
        var records: [CallRecord] = []
        for start in stride(from: 0, to: capture.count, by: size) {
            decoder.append(capture[start..<min(start + size, capture.count)])
            while let frame = decoder.nextFrame() {
                let lines = frame.split(separator: ASCII.newline).filter { keeping($0) }
                let message = AMIMessage((lines.joined(separator: [ASCII.newline]) + [ASCII.newline])[...])
                if let record = builder.record(of: message, receivedAt: Timestamp(seconds: 0)) {
                    records.append(record)
                }
            }
        }
        return records
    }

    private func lines(_ records: [CallRecord]) -> [UInt8] { records.flatMap { $0.body + [ASCII.newline] } }

    @Test(arguments: ["basic", "transfers"])
    func `a capture gives the records that were read over once`(name: String) throws {
        let capture = try Fixture.bytes("ami-asterisk22-\(name).txt")
        try expectGolden(lines(records(capture, piece: capture.count)), "records/\(name).jsonl")
    }

    @Test(arguments: ["basic", "transfers"])
    func `a capture gives the same records however it is cut`(name: String) throws {
        let capture = try Fixture.bytes("ami-asterisk22-\(name).txt")
        let whole = lines(records(capture, piece: capture.count))
        for size in [1, 2, 3, 5, 7, 64, 509, 4096, 65536] {
            #expect(lines(records(capture, piece: size)) == whole, "in pieces of \(size)")
        }
    }

    @Test(arguments: ["basic", "transfers"])
    func `without mapped epochs and Timestamp headers the times are the same but for their fractions`(name: String)
        throws
    {
        let capture = try Fixture.bytes("ami-asterisk22-\(name).txt")
        let bare = records(capture, piece: 4096) { line in
            !["StartEpoch", "AnswerEpoch", "EndEpoch", "Timestamp"].contains { line.starts(with: $0.utf8) }
        }
        for (one, other) in zip(records(capture, piece: 4096), bare) {
            #expect(one.time.seconds == other.time.seconds)
        }
    }

    @Test(arguments: ["basic", "transfers"])
    func `every record has a key of its own`(name: String) throws {
        let records = records(try Fixture.bytes("ami-asterisk22-\(name).txt"), piece: 4096)
        #expect(Set(records.map(\.id)).count == records.count)
        for record in records {
            let json = try JSONParser.parse(record.body[...])
            #expect(json["record_id"]?.string == record.id.description)
        }
    }

    @Test func `every row that Asterisk wrote to its own file is among the records, field for field`() throws {
        let capture = try Fixture.bytes("ami-asterisk22-basic.txt") + Fixture.bytes("ami-asterisk22-transfers.txt")
        let cdrs = try records(capture, piece: 4096).filter { $0.kind == .cdr }.map {
            try JSONParser.parse($0.body[...])
        }
        let rows = MasterCSV.rows(try Fixture.bytes("cdr-csv-Master.csv"))
        #expect(rows.count == 12)
        for row in rows {
            let matches = cdrs.filter { MasterCSV.differences(between: row, and: $0).isEmpty }
            #expect(matches.count == 1, "\(row)")
        }
    }
}
