import Basics
import CallRecords
import Testing

@testable import Recordings

struct RecordingFieldsTests {
    private struct Knowledge: CallKnowledge {
        var files: [String: KnownCall] = [:]
        var calls: [String: KnownCall] = [:]

        func call(recordedIn path: [UInt8]) async -> KnownCall? { files[path[...].text] }
        func call(_ id: [UInt8]) async -> KnownCall? { calls[id[...].text] }
    }

    private let measure = RecordingMeasure(sha256: [1, 0xab], size: 16044, duration: .milliseconds(61_999))

    private func file(_ path: String) -> FoundFile {
        let stamp = FileStamp(device: 1, inode: 1, size: 16044, modified: 1_795_224_800_500_000_000)
        return FoundFile(path: Array(path.utf8), rootLength: 2, stamp: stamp)
    }

    private func fields(_ path: String, call: KnownCall? = nil, zone: TimeZoneRules? = nil) -> [String: String] {
        let id = Array("the id".utf8)
        let fields = RecordingFields(file(path), measure, id: id, call: call, zone: zone).fields
        return Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value[...].text) })
    }

    @Test func `a name alone gives what it says`() {
        #expect(
            fields("/m/in-queue-sales-1795224725.12.wav") == [
                "recording_id": "the id", "call_id": "1795224725.12", "uniqueid": "1795224725.12",
                "direction": "inbound", "duration": "61", "queue_name": "sales", "start_time": "2026-11-21T01:32:05Z",
                "file_name": "in-queue-sales-1795224725.12.wav", "file_size": "16044",
                "original_file_path": "/m/in-queue-sales-1795224725.12.wav", "recording_type": "queue",
                "sha256": "01ab",
            ]
        )
    }

    @Test func `what is known of the call beats the name`() {
        let call = KnownCall(
            uniqueID: Array("pbx-1795224725.12".utf8),
            linkedID: Array("pbx-1795224720.1".utf8),
            source: Array("5551234".utf8),
            destination: Array("201".utf8),
            direction: .outbound,
            queue: Array("support".utf8)
        )
        let fields = fields("/m/in-queue-sales-1795224725.12.wav", call: call)
        #expect(fields["call_id"] == "pbx-1795224725.12")
        #expect(fields["linkedid"] == "pbx-1795224720.1")
        #expect(fields["src_number"] == "5551234")
        #expect(fields["dst_number"] == "201")
        #expect(fields["direction"] == "outbound")
        #expect(fields["queue_name"] == "support")
    }

    @Test func `without a UniqueID there is no call`() {
        let fields = fields("/m/voicemail/meeting.wav")
        #expect(fields["uniqueid"] == nil)
        #expect(fields["call_id"] == nil)
        #expect(fields["recording_type"] == "voicemail")
        #expect(fields["start_time"] == "2026-11-21T01:32:19Z", "the last write, less 61 s")
    }

    @Test func `a time in the name counts in its zone`() throws {
        let toronto = try TimeZoneRules(named: "America/Toronto")
        let path = "/m/out-5551234-20261120-203205-1795224725.12.wav"
        #expect(fields(path, zone: toronto)["start_time"] == "2026-11-21T01:32:05Z")
        #expect(fields(path)["start_time"] == "2026-11-21T01:32:05Z", "no zone: the UniqueID is certain")
        #expect(fields("/m/20261120-203205.wav")["start_time"] == "2026-11-20T20:32:05Z")
    }

    @Test func `the second or the fourteen digits in a name give its start`() throws {
        let zone = try TimeZoneRules(named: "America/New_York")
        for path in [
            "/m/auto-1782921960-1000-5551234.wav", "/m/20260701120600-1782921960.18-1000-5503301-Outbound.wav",
            "/m/20260701120600-1782921960_105999-104-0819979336-Outbound.wav",
        ] {
            #expect(fields(path, zone: zone)["start_time"] == "2026-07-01T16:06:00Z", "\(path)")
        }
        #expect(fields("/m/auto-1782921960-1000-5551234.wav")["start_time"] == "2026-07-01T16:06:00Z", "in any zone")
        #expect(fields("/m/20260701120600-1782921960_105999-104-1-Outbound.wav")["direction"] == "outbound")
    }

    @Test func `a call is found by the file, else by each reading of its name`() async {
        let one = KnownCall(uniqueID: [1])
        let two = KnownCall(uniqueID: [2])
        let path = Array("/m/in-pbx-1795224725.12.wav".utf8)
        let name = RecordingName(path: path[...])
        let byID = Knowledge(calls: ["pbx-1795224725.12": one, "1795224725.12": two])
        #expect(await byID.call(of: path, named: name) == one)
        let byFile = Knowledge(files: [path[...].text: two], calls: ["pbx-1795224725.12": one])
        #expect(await byFile.call(of: path, named: name) == two)
        #expect(await NoCallKnowledge().call(of: path, named: name) == nil)
    }

    @Test func `names that are not UTF-8 become text`() {
        let stamp = FileStamp(device: 1, inode: 1, size: 1, modified: 0)
        let file = FoundFile(path: [0x2f, 0x6d, 0x2f, 0xff, 0x0a], rootLength: 2, stamp: stamp)
        let fields = RecordingFields(file, measure, id: [], call: nil, zone: nil)
        #expect(fields["file_name"] == Array("\u{fffd}\n".utf8))
    }
}
