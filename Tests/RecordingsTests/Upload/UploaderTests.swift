import Basics
import CallRecords
import Glibc
import HTTP
import Recordings
import Simulation
import Spool
import TestSupport
import Testing

struct UploaderTests {
    private let site: UploadSite

    init() async throws { site = try await UploadSite() }

    private static func wav(seconds: Int, _ byte: UInt8 = 7) -> [UInt8] {
        AudioSample.wav(data: seconds * 16000) + [UInt8](repeating: byte, count: seconds * 16000)
    }

    private static func digest(_ bytes: [UInt8]) -> String { ASCII.hexadecimal(Digest.sha256(bytes))[...].text }

    @Test func `a recording arrives unchanged, with the facts in its name, and moves to .processed`() async throws {
        let audio = Self.wav(seconds: 3)
        try site.write("in-5510001-101-20261121-013205-1795224725.12.wav", audio)
        await site.scan()
        try await site.upload(site.configuration())
        let received = try #require(site.api.recordings.first)
        #expect(site.api.recordings.count == 1)
        #expect(received.sha256 == Self.digest(audio))
        #expect(received.contentType == "audio/wav")
        #expect(received.fileName == "in-5510001-101-20261121-013205-1795224725.12.wav")
        let mark = Self.digest(Array("in-5510001-101-20261121-013205-1795224725.12.wav".utf8)).prefix(8)
        #expect(received.fields["recording_id"] == "1795224725.12-\(mark)", "its call is older than the spool")
        #expect(received.fields["direction"] == "inbound")
        #expect(received.fields["duration"] == "3")
        #expect(site.exists(".processed/in-5510001-101-20261121-013205-1795224725.12.wav"))
        #expect(site.spool.figures.recordings == RecordingCounts(found: 1, uploaded: 1))
        #expect(site.log.contains("recording uploaded recording=1 uniqueid=1795224725.12 bytes=48044"))
        #expect(!site.log.contains("5510001"), "the log has no numbers of callers")
        await site.stop()
    }

    @Test func `files of one call, and files of one name in two folders, have ids of their own`() async throws {
        let start = Timestamp.now().seconds + 600
        let names = [
            "pbx-\(start).19_in.wav", "pbx-\(start).19_out.wav", "pbx-\(start).19_a1b2c3.wav", "in/\(start).7.gsm",
            "out/\(start).7.gsm", "mixed/\(start).7.gsm", "in/meeting.gsm", "out/meeting.gsm",
        ]
        for folder in ["in", "out", "mixed"] { _ = try Directory.make(site.path(folder)) }
        for (index, name) in names.enumerated() { try site.write(name, Self.wav(seconds: 1, UInt8(index))) }
        await site.scan()
        try await site.upload(site.configuration())
        let ids = site.api.recordings.compactMap { $0.fields["recording_id"] }
        #expect(ids.count == names.count && Set(ids).count == names.count)
        for id in ["\(start).19_in", "\(start).19_out", "\(start).19_a1b2c3", "\(start).7", "meeting.gsm"] {
            #expect(ids.contains(id))
        }
        #expect(site.api.recordings.allSatisfy { $0.fields["uniqueid"]?.hasPrefix("\(start)") ?? true })
        await site.stop()
    }

    @Test func `each attempt has the same id, also when more is known of the call by then`() async throws {
        let start = Timestamp.now().seconds + 600
        try site.write("\(start).7_in.gsm", [1, 2, 3])
        await site.scan()
        let receiver = LosingReceiver(site.receiver, losing: 2)
        let calls = LateKnowledge(KnownCall(uniqueID: Array("\(start).7".utf8), linkedID: [0x31]), after: 2)
        try await site.upload(site.configuration(), to: receiver, calls: calls)
        #expect(receiver.ids == Array(repeating: "\(start).7_in", count: 3))
        await site.stop()
    }

    @Test func `an uploaded file is deleted when that is asked for`() async throws {
        try site.write("a.gsm", [1, 2, 3])
        await site.scan()
        try await site.upload(site.configuration(), deletes: true)
        #expect(!site.exists("a.gsm") && !site.exists(".processed/a.gsm"))
        await site.stop()
    }

    @Test func `what is known of the call beats the name, and is waited for`() async throws {
        try site.write("in-1-2-1795224725.12.gsm", [1, 2, 3])
        await site.scan()
        let calls = LateKnowledge(
            KnownCall(
                uniqueID: Array("1795224725.12".utf8),
                linkedID: Array("1795224725.10".utf8),
                source: Array("100".utf8),
                destination: Array("5510002".utf8),
                direction: .outbound
            ),
            after: 3
        )
        try await site.upload(site.configuration { $0.callTimeout = .seconds(3600) }, calls: calls)
        let fields = try #require(site.api.recordings.first?.fields)
        #expect(fields["direction"] == "outbound")
        #expect(fields["linkedid"] == "1795224725.10")
        #expect(fields["src_number"] == "100")
        #expect(fields["dst_number"] == "5510002")
        #expect(calls.questions >= 3)
        await site.stop()
    }

    @Test func `a thousand files arrive once each`() async throws {
        for number in 0..<1000 { try site.write("\(1_795_000_000 + number).1.gsm", Array("audio \(number)".utf8)) }
        await site.scan()
        #expect(site.spool.figures.recordings.waiting == 1000)
        try await site.upload(site.configuration())
        #expect(Set(site.api.recordings.map(\.fileName)).count == 1000)
        #expect(site.api.recordingStatistics.applied == 1000)
        #expect(site.spool.figures.recordings == RecordingCounts(found: 1000, uploaded: 1000))
        await site.stop()
    }

    @Test func `an API that fails takes all in the end, under the same key each`() async throws {
        var behaviour = Behaviour()
        behaviour.seed = 3
        behaviour.probability = 0.4
        behaviour.faults = [.status(500, retryAfter: nil), .status(429, retryAfter: nil), .reset, .answerLost]
        site.api.setRecordingBehaviour(behaviour)
        for number in 0..<60 { try site.write("\(1_795_000_000 + number).1.gsm", Array("audio \(number)".utf8)) }
        await site.scan()
        try await site.upload(site.configuration())
        let keys = Dictionary(grouping: site.api.recordings, by: \.fileName).mapValues { Set($0.map(\.key)) }
        #expect(keys.count == 60)
        #expect(keys.values.allSatisfy { $0.count == 1 })
        #expect(site.spool.figures.recordings.parked == 0)
        #expect(site.spool.figures.isBalanced)
        await site.stop()
    }

    @Test func `a recording that is refused is parked after ten attempts, and the others go`() async throws {
        var behaviour = Behaviour()
        behaviour.poisonIDs = ["1795000003.1"]
        site.api.setRecordingBehaviour(behaviour)
        for number in 0..<30 { try site.write("\(1_795_000_000 + number).1.gsm", [1, 2, 3, UInt8(number)]) }
        await site.scan()
        try await site.upload(site.configuration())
        #expect(site.spool.figures.recordings == RecordingCounts(found: 30, uploaded: 29, parked: 1))
        #expect(site.api.recordingStatistics.poisoned == 10)
        let parked = try #require(
            await site.spool.perform { try $0.recordings.page(.parked, after: 0, limit: 9) }.first
        )
        #expect(parked.attempts == 10)
        #expect(parked.reason.contains("HTTP 400"))
        #expect(site.exists("1795000003.1.gsm"))
        #expect(site.log.contains("recording parked"))

        site.api.setRecordingBehaviour(Behaviour())
        try await site.uploading(site.configuration()) { uploader in
            let isWaiting = try await site.spool.perform { try $0.recordings.retry(parked.id, at: .now()) }
            #expect(isWaiting)
            uploader.wake()
            await site.wait { site.spool.figures.recordings.uploaded == 30 }
        }
        await site.stop()
    }

    /// Writes a file that had its last write in the same nanosecond as all others.
    private func writeInOneMoment(_ name: String) throws {
        try site.write(name, [UInt8](repeating: 9, count: 500))
        var times = [timespec(tv_sec: 1_795_000_000, tv_nsec: 5), timespec(tv_sec: 1_795_000_000, tv_nsec: 5)]
        unsafe utimensat(AT_FDCWD, site.path(name), &times, 0)
    }

    @Test func `an uploaded file that is put back is not sent again, and moves to .processed`() async throws {
        for _ in 0..<2 {
            try writeInOneMoment("a.gsm")
            await site.scan(maximumAge: .seconds(1 << 40))
            try await site.upload(site.configuration())
        }
        #expect(site.api.recordings.count == 1)
        #expect(site.spool.figures.recordings == RecordingCounts(found: 2, uploaded: 1, known: 1))
        #expect(site.exists(".processed/a.gsm") && site.exists(".processed/1-a.gsm"))
        await site.stop()
    }

    @Test func `files that differ in nothing but their folder are sent under two keys`() async throws {
        for folder in ["in", "out"] {
            _ = try Directory.make(site.path(folder))
            try writeInOneMoment("\(folder)/a.gsm")
        }
        await site.scan(maximumAge: .seconds(1 << 40))
        try await site.upload(site.configuration { $0.concurrency = 1 })
        #expect(Set(site.api.recordings.map(\.key)).count == 2)
        #expect(site.spool.figures.recordings == RecordingCounts(found: 2, uploaded: 2))
        await site.stop()
    }

    @Test func `a reused name is a new recording`() async throws {
        for text in ["first", "second, longer"] {
            try site.write("a.gsm", Array(text.utf8))
            await site.scan()
            try await site.upload(site.configuration())
        }
        #expect(site.api.recordings.map(\.sha256) == ["first", "second, longer"].map { Self.digest(Array($0.utf8)) })
        #expect(site.exists(".processed/a.gsm") && site.exists(".processed/1-a.gsm"))
        await site.stop()
    }

    @Test func `what was uploaded and could not be put away any more is put away by the next run`() async throws {
        try site.write("a.gsm", [1, 2, 3])
        await site.scan()
        let recording = try #require(
            await site.spool.perform { try $0.recordings.page(.waiting, after: 0, limit: 1) }.first
        )
        let isNoted = try await site.spool.uploaded(recording: recording.id, at: .now())
        #expect(isNoted)
        await site.scan()
        #expect(site.exists("a.gsm"))
        await site.scan(puttingAway: true)
        #expect(!site.exists("a.gsm") && site.exists(".processed/a.gsm"))
        await site.stop()
    }

    @Test func `while many records wait, a fifth of the uploads has to do`() async throws {
        let records = (0..<5).map { number in
            NewRecord(
                id: Array("0000000\(number)-padding".utf8),
                kind: .cdr,
                call: number,
                channel: number,
                receivedAt: .now(),
                body: Array("{}".utf8)
            )
        }
        _ = try await site.spool.append(records)
        for number in 0..<40 { try site.write("\(number).gsm", [1, 2, 3, UInt8(number)]) }
        await site.scan()
        let receiver = CountingReceiver(site.receiver)
        try await site.upload(site.configuration { $0.busyRecords = 4 }, to: receiver)
        #expect(receiver.mostAtOnce <= 2)
        #expect(site.spool.figures.recordings.uploaded == 40)
        await site.stop()
    }

    @Test(arguments: [0, 3]) func `metrics count uploads`(uploads: Int) async throws {
        for number in 0..<uploads { try site.write("\(number).gsm", [1, 2, 3, UInt8(number)]) }
        await site.scan()
        try await site.upload(site.configuration())
        let text = String(decoding: site.registry.render(), as: UTF8.self)
        #expect(text.contains("asterisk_connector_recording_uploaded_bytes_total \(uploads * 4)\n"))
        #expect(text.contains("asterisk_connector_recording_uploads_in_flight 0\n"))
        #expect(text.contains("asterisk_connector_recording_upload_duration_seconds_count \(uploads)\n"))
        await site.stop()
    }
}
