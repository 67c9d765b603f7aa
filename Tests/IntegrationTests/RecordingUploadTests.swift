import Basics
import Glibc
import HTTP
import Simulation
import TestSupport
import Testing

/// The built binary and files in a folder.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct RecordingUploadTests {
    private let recordings: RecordingSite

    init() async throws { recordings = try await RecordingSite() }

    private var api: SimulatedAPI { recordings.api }

    private static func digest(_ bytes: [UInt8]) -> String { ASCII.hexadecimal(Digest.sha256(bytes))[...].text }

    /// GSM of so many bytes that no other file has.
    private static func audio(_ number: Int, bytes: Int = 330) -> [UInt8] {
        Array("\(number) ".utf8) + [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: bytes)
    }

    private func name(_ number: Int) -> String { "out-5550001-101-\(1_795_000_000 + number).\(number).gsm" }

    @Test func `all files that an outage left arrive once each, and move to .processed`() async throws {
        let count = Subprocess.isSanitized ? 500 : 5000
        var outage = Behaviour()
        outage.faults = [.status(503), .reset]
        api.setRecordingBehaviour(outage)
        for number in 0..<count { try recordings.write(name(number), Self.audio(number)) }
        let process = try recordings.start()
        try await eventually("the outage was met") { api.recordingStatistics.faults >= 2 }
        api.setRecordingBehaviour(Behaviour())
        try await recordings.uploaded(count, by: process)
        #expect(Set(api.recordings.map { $0.fields["recording_id"] ?? "" }).count == count)
        #expect(api.recordingStatistics.applied == count)
        #expect(try await recordings.metric("recordings_parked", of: process) == 0)
        #expect(recordings.exists(".processed/" + name(count - 1)) && !recordings.exists(name(count - 1)))
        #expect(try await recordings.finish(process) == .exited(0))
    }

    @Test func `kills at any moment cost no recording, and none arrives under two keys`() async throws {
        var behaviour = Behaviour()
        behaviour.seed = 5
        behaviour.probability = 0.3
        behaviour.faults = [.slow(.milliseconds(50))]
        api.setRecordingBehaviour(behaviour)
        for number in 0..<400 { try recordings.write(name(number), Self.audio(number, bytes: 20_000)) }
        var generator = SplitMix64(seed: 7)
        for _ in 0..<10 {
            let before = api.recordingStatistics.applied
            let process = try recordings.start()
            let more = Int.random(in: 1...40, using: &generator)
            try await eventually("some arrived") { api.recordingStatistics.applied >= min(400, before + more) }
            process.terminate(SIGKILL)
            #expect(try await process.exitStatus() == .killed(by: SIGKILL))
        }
        let last = try recordings.start()
        try await recordings.uploaded(400, by: last)
        let keys = Dictionary(grouping: api.recordings, by: \.fileName).mapValues { Set($0.map(\.key)) }
        #expect(keys.count == 400)
        #expect(keys.values.allSatisfy { $0.count == 1 })
        // What was under way at a kill may come twice: ten at most at each.
        #expect(api.recordingStatistics.applied <= 500)
        try await eventually("all are on the shelf") {
            (0..<400).allSatisfy { recordings.exists(".processed/" + name($0)) }
        }
        #expect(try await recordings.finish(last) == .exited(0))
    }

    @Test func `a large file that a kill interrupted is uploaded again, once`() async throws {
        let audio = Self.audio(1, bytes: 3_000_000)
        try recordings.write(name(1), audio)
        let process = try recordings.start(["RECORDING_MAX_BYTES_PER_SECOND": "300000"])
        try await eventually("it is on its way") {
            try await recordings.metric("recording_uploads_in_flight", of: process) == 1
        }
        process.terminate(SIGKILL)
        #expect(try await process.exitStatus() == .killed(by: SIGKILL))
        #expect(recordings.exists(name(1)), "it is not touched before the success is committed")
        let next = try recordings.start()
        try await recordings.uploaded(1, by: next)
        #expect(api.recordings.map(\.sha256) == [Self.digest(audio)])
        #expect(try await recordings.finish(next) == .exited(0))
    }

    @Test func `an API that hangs, or finds one file too large, does not stop the others`() async throws {
        var behaviour = Behaviour()
        behaviour.sequence = [.hang(.seconds(60)), .status(413), .status(500)]
        behaviour.poisonIDs = ["1795000004.4"]
        api.setRecordingBehaviour(behaviour)
        for number in 0..<20 { try recordings.write(name(number), Self.audio(number)) }
        let process = try recordings.start(["API_TIMEOUT": "1", "RECORDING_UPLOAD_RETRY_MINUTES": "0"])
        try await recordings.uploaded(16, by: process)
        try await eventually("the rest is parked") {
            try await recordings.metric("recordings_parked", of: process) == 4
        }
        #expect(recordings.exists(name(4)))
        #expect(process.text(of: .errors).contains("recording parked"))
        #expect(try await recordings.finish(process) == .exited(0))
    }

    @Test(.enabled(if: geteuid() == 0, "mounting takes root"))
    func `on a read-only mount files stay and are remembered over a restart`() async throws {
        try recordings.write(name(1), Self.audio(1))
        let script = """
            mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && exec "$2" run
            """
        for _ in 0..<2 {
            let process = try Subprocess(
                arguments: [
                    "unshare", "--mount", "sh", "-c", script, "sh", recordings.folder.path, Subprocess.connectorPath,
                ],
                environment: recordings.environment()
            )
            try await recordings.uploaded(1, by: process)
            try await eventually("a look has shown it again") {
                try await recordings.site.monitoring("/metrics", of: process)
                    .contains("asterisk_connector_recording_files{state=\"known\"} 1\n")
            }
            process.terminate()
            #expect(try await process.exitStatus() == .exited(0))
        }
        #expect(recordings.exists(name(1)) && !recordings.exists(".processed"))
        #expect(api.recordingStatistics.applied == 1)
        await recordings.site.stop()
    }

    @Test(.enabled(if: !Subprocess.isSanitized, "a sanitizer has memory of its own"))
    func `four gigabytes go through in the memory of an idle connector`() async throws {
        let server = try RawServer { connection in
            while true {
                try connection.drainRequest()
                try connection.write("HTTP/1.1 204 No Content\r\n\r\n")
            }
        }
        defer { server.stop() }
        let process = try recordings.start(
            ["CDR_BATCH_FORCE_TIMEOUT": "1", "RECORDING_MAX_BYTES": "5000000000"],
            url: server.url
        )
        // One small upload, so that all that an upload needs is there.
        try recordings.write(name(0), Self.audio(0))
        try await recordings.uploaded(1, by: process)
        let before = try Self.peakMemory(of: process)
        let path = recordings.path("large.wav")
        try recordings.write("large.wav", AudioSample.wav(data: 1_000_000))
        #expect(unsafe truncate(path, 4_300_000_000) == 0)
        recordings.setAge(of: "large.wav", 600)
        try await recordings.uploaded(2, by: process)
        let after = try Self.peakMemory(of: process)
        #expect(after - before <= 4096, "\(after - before) KiB")
        #expect(recordings.exists(".processed/large.wav"))
        #expect(try await recordings.finish(process) == .exited(0))
    }

    /// The most resident memory so far, in KiB.
    private static func peakMemory(of process: Subprocess) throws -> Int {
        let status = String(
            decoding: try FileContents.read("/proc/\(process.processID)/status", limit: 1 << 16),
            as: UTF8.self
        )
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
