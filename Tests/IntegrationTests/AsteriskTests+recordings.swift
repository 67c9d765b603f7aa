import Basics
import Glibc
import Simulation
import TestSupport
import Testing

/// Calls that are recorded: what becomes of the files.
extension AsteriskTests {
    private func connector(_ lab: AsteriskLab, _ receiver: AsteriskReceiver) throws -> AsteriskConnector {
        try AsteriskConnector(
            lab,
            receiver,
            [
                "RECORDING_WATCH_PATHS": lab.monitorFolder, "RECORDING_CHECK_INTERVAL_SECONDS": "1",
                "RECORDING_MIN_AGE_MINUTES": "0", "RECORDING_FILE_EXTENSIONS": "wav,gsm,sln", "PBX_TZ": lab.zone.name,
            ]
        )
    }

    /// What was received, once all of it has been put away.
    private func recordings(_ receiver: AsteriskReceiver, in lab: AsteriskLab, count: Int) async throws
        -> [AsteriskRecording]
    {
        let folder = lab.monitorFolder
        let names = { receiver.api.recordings.map { $0.fields["file_name"] ?? "" }.sorted() }
        try await eventually("\(count) recordings are received: \(names())") { receiver.api.recordings.count >= count }
        let received = receiver.api.recordings
        var recordings: [AsteriskRecording] = []
        try await eventually("all are in .processed") {
            recordings = try await Thread.run("recordings") {
                received.compactMap { try? AsteriskRecording($0, in: folder) }
            }
            return recordings.count == received.count
        }
        return recordings
    }

    /// That the bytes are those of the file, and that what is told of the file and of its call is true.
    private func expect(_ recording: AsteriskRecording, agreesWith totals: AsteriskBooks) throws {
        let sha256 = ASCII.hexadecimal(Digest.sha256(recording.bytes))[...].text
        #expect(recording.received.sha256 == sha256, "\(recording.path)")
        #expect(recording["sha256"] == sha256 && recording["file_size"] == "\(recording.bytes.count)")
        let duration = try #require(recording.duration, "\(recording.path)")
        #expect(recording["duration"] == "\(duration)", "\(recording.path)")
        let rows = totals.cdrs.filter { $0[1] == recording["src_number"] && $0[2] == recording["dst_number"] }
        let row = rows.first
        #expect(Set(rows.map { $0[16] }).count <= 1, "a caller makes one call")
        #expect(recording["uniqueid"] == row?[16] && recording["call_id"] == row?[16], "\(recording.path)")
        #expect(recording["linkedid"] == row?[19], "\(recording.path)")
        let plainID = try #require(row?[16] ?? recording["file_name"])
        #expect(recording["recording_id"]?.hasPrefix(plainID) == true, "\(recording.path)")
        let begin: Int
        if let row {
            let billed = try #require(Int(row[13]))
            #expect(1...billed + 1 ~= duration, "\(recording.path): of \(billed) seconds")
            let first = try #require(row[16].split(separator: ".").first.flatMap { Int($0) })
            begin = recording.epochInName ?? recording.timeInName.map { $0 - totals.offset } ?? first
        } else {
            begin = recording.modified - duration
        }
        #expect(recording["start_time"] == Timestamp(seconds: begin).description, "\(recording.path)")
    }

    @Test(arguments: [true, false])
    func `each recording arrives once, bit for bit, with the facts of its call from Asterisk`(hasCELs: Bool)
        async throws
    {
        try await AsteriskLab.runWithTrunk(hasCELs: hasCELs) { lab, far in
            let receiver = try AsteriskReceiver()
            let process = try await connector(lab, receiver).startOnline()
            try await far.login(as: "driver") { driver in
                let calls = AsteriskCalls(client: driver)
                let recorded = AsteriskCalls.recorded + (hasCELs ? [] : [AsteriskCalls.oneTouch])
                for call in recorded { try await calls.make(call) }
                try await eventually("the calls have begun") { try await !lab.totals().cdrs.isEmpty }
                try await calls.untilIdle()
            }
            try await lab.login(as: "driver") { try await AsteriskCalls(client: $0).untilIdle() }
            let table = try AsteriskRecordings(hasCELs: hasCELs)
            for path in table.unknown {
                let file = "\(lab.monitorFolder)/\(path)"
                try await eventually("Asterisk has closed \(path)") {
                    try FileContents.read(file).dropFirst(40).prefix(4).contains { $0 != 0 }
                }
                // Nobody waits for the call of a file as old as this.
                try setAge(of: file, 600)
            }
            let recordings = try await recordings(receiver, in: lab, count: table.rows.count)
            #expect(recordings.map(\.row).sorted() == table.rows)
            #expect(Set(recordings.map { $0["recording_id"] }).count == recordings.count, "no two have the same id")
            let totals = try await lab.totals()
            for recording in recordings {
                try expect(recording, agreesWith: totals)
                let namesCall = recording["uniqueid"].map { recording.path.contains("\($0).") } ?? false
                let isToName = recording.row.contains("ID.") && !recording.path.hasPrefix("called-")
                #expect(namesCall == isToName, "\(recording.path)")
            }
            #expect(try await process.metric(#"recording_files{state="empty"}"#) == 1)
            process.terminate()
            #expect(try await process.exitStatus() == .exited(0))
            #expect(receiver.api.recordingStatistics.applied == table.rows.count)
            #expect(receiver.api.recordingStatistics.violations == 0)
        }
    }

    private func setAge(of path: String, _ age: Int) throws {
        let time = timespec(tv_sec: Int(Timestamp.now().seconds) - age, tv_nsec: 0)
        guard unsafe utimensat(AT_FDCWD, path, [time, time], 0) == 0 else { throw SystemError("utimensat", path) }
    }

    @Test func `nothing of a call that lasts is uploaded before its end, then all of it, also over a kill`()
        async throws
    {
        try await AsteriskLab.runWithTrunk { lab, far in
            let receiver = try AsteriskReceiver()
            let connector = try connector(lab, receiver)
            let process = try await connector.startOnline()
            try await far.login(as: "driver") { try await AsteriskCalls(client: $0).make(AsteriskCalls.lasting) }
            let (wav, sln) = ("\(lab.monitorFolder)/lasting.wav", "\(lab.monitorFolder)/lasting.sln")
            try await eventually("a look has shown that the file with a header is open") {
                try await process.metric(#"recording_files{state="still_open"}"#) == 1
            }
            try await eventually("both are written to again and again") {
                try [wav, sln].allSatisfy { try FileContents.read($0).count > 3 << 15 }
            }
            let written = try [wav, sln].map { try FileContents.read($0) }
            #expect(written[0][4..<8] == [0, 0, 0, 0] && written[0][40..<44] == [0, 0, 0, 0])
            #expect(receiver.api.recordingStatistics.requests == 0)
            process.terminate(SIGKILL)
            #expect(try await process.exitStatus() == .killed(by: SIGKILL))
            let next = try await connector.startOnline()
            try await lab.console("channel request hangup all")
            let recordings = try await recordings(receiver, in: lab, count: 2)
            #expect(
                recordings.map(\.row).sorted() == [
                    "228 internal 357 - call lasting.sln", "228 internal 357 - call lasting.wav",
                ]
            )
            let totals = try await lab.totals()
            for recording in recordings {
                try expect(recording, agreesWith: totals)
                let before = written[recording.path == "lasting.wav" ? 0 : 1].dropFirst(44)
                #expect(recording.bytes.dropFirst(44).starts(with: before), "\(recording.path)")
            }
            next.terminate()
            #expect(try await next.exitStatus() == .exited(0))
            #expect(receiver.api.recordingStatistics.requests == 2)
        }
    }
}
