import Basics
import Glibc
import Simulation
import Spool
import SpoolTestSupport
import TestSupport
import Testing

/// The commands for recordings, with the connector running and without.
@Suite(.timeLimit(.minutes(3)))
struct RecordingCommandTests {
    private struct Answer {
        let status: Subprocess.ExitStatus
        let output: String
        let errors: String

        func json() throws -> JSONValue { try JSONParser.parse(output) }
    }

    private let folder = TemporaryDirectory()
    private let site: SimulatedSite

    init() async throws { site = try await SimulatedSite() }

    private var spoolPath: String { site.directory.file("spool") }

    /// A command that knows the place of the spool and of the recordings, and nothing else.
    private func command(_ line: String, _ changes: [String: String] = [:]) async throws -> Answer {
        let words = line.split(separator: " ").map { String($0) }
        let environment = ["SPOOL_DIR": spoolPath, "RECORDING_WATCH_PATHS": folder.path].merging(changes) { $1 }
        let process = try Subprocess.connector(words, environment: environment)
        let status = try await process.exitStatus()
        return Answer(status: status, output: process.text(of: .output), errors: process.text(of: .errors))
    }

    /// Starts the connector without recordings, so that nobody but the commands changes them.
    private func start() async throws -> Subprocess {
        let process = try site.start(["RECORDING_WATCH_PATHS": ""])
        try await process.line(containing: "ami: logged in")
        return process
    }

    private func stop(_ process: Subprocess) async throws {
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
    }

    /// Writes a file that is old enough.
    @discardableResult
    private func write(_ name: [UInt8], size: Int = 3300, age: Int = 300) throws -> [UInt8] {
        let path = Array("\(folder.path)/".utf8) + name
        let file = FileDescriptor(
            unsafe open(path.map(CChar.init(bitPattern:)) + [0], O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        )
        try file.writeAll([UInt8](repeating: 1, count: size)[...], subject: name[...].text)
        let time = timespec(tv_sec: Timestamp.now().seconds - age, tv_nsec: 0)
        #expect(unsafe futimens(file.number, [time, time]) == 0)
        return path
    }

    private func write(_ name: String) throws -> [UInt8] { try write(Array(name.utf8)) }

    /// A spool with recordings 1 to 4: waiting, parked, parked, done.
    private func fill() async throws {
        let spool = try RecordSpool(SpoolConfiguration(directory: spoolPath))
        let names = ["in-1795224725.1.gsm", "it's \"quoted\"\n.gsm", "parked.gsm", "done.gsm"]
        for (name, state) in zip(names, [RecordingState.waiting, .parked, .parked, .done]) {
            try await RecordingHistory.add(try write(name), nil, state, to: spool)
        }
        await spool.close()
    }

    @Test func `a list is the same with the connector running and without`() async throws {
        try await fill()
        let lines = [
            "recordings list", "recordings list --json", "recordings list --state done --json",
            "recordings list --limit 1", "recordings scan --dry-run --json",
        ]
        let stopped = try await answers(to: lines)
        let process = try await start()
        let running = try await answers(to: lines)
        try await stop(process)
        await site.stop()
        #expect(running.map(\.output) == stopped.map(\.output))
        for answer in running + stopped { #expect(answer.status == .exited(0) && answer.errors.isEmpty) }
        let list = try stopped[1].json()
        #expect(list["recordings"]?.elements?.map { $0["id"]?.integer } == [2, 3, 1])
        #expect(list["total"] == .integer(3) && list["balanced"] == .boolean(true))
        #expect(list["books"]?["found"] == .integer(4) && list["books"]?["uploaded"] == .integer(1))
        #expect(stopped[0].output.contains("\(folder.path)/it's \"quoted\"\\n.gsm\n"))
        #expect(try stopped[2].json()["recordings"]?.elements?.map { $0["id"]?.integer } == [4])
        #expect(stopped[3].output.contains("The first 1 of 3 recordings; --all shows them all."))
    }

    private func answers(to lines: [String]) async throws -> [Answer] {
        var answers: [Answer] = []
        for line in lines { answers.append(try await command(line)) }
        return answers
    }

    @Test(arguments: [true, false])
    func `retry says for each recording what happened`(isRunning: Bool) async throws {
        try await fill()
        let process = isRunning ? try await start() : nil
        let mixed = try await command("recordings retry 2 2 1 4 99")
        #expect(mixed.status == .exited(1))
        #expect(mixed.output == "recording 2 waits for its upload again\n1 recording will be uploaded again.\n")
        for text in [
            "recording 1 is not parked: it waits", "recording 4 is not parked: it is uploaded",
            "there is no recording 99; 'asterisk-connector recordings list'",
        ] { #expect(mixed.errors.contains("asterisk-connector: \(text)"), "\(text)") }
        let all = try await command("recordings retry --all --json")
        #expect(all.status == .exited(0))
        #expect(all.output == #"{"recordings":[{"id":3,"retried":true,"state":"waiting"}]}"# + "\n")
        let none = try await command("recordings retry --all")
        #expect(none.status == .exited(0) && none.output == "0 recordings will be uploaded again.\n")
        let list = try await command("recordings list --json").json()
        #expect(list["recordings"]?.elements?.map { $0["state"]?.string } == ["waiting", "waiting", "waiting"])
        #expect(list["recordings"]?.elements?.map { $0["attempts"]?.integer } == [0, 0, 0])
        #expect(list["balanced"] == .boolean(true))
        if let process { try await stop(process) }
        await site.stop()
    }

    @Test func `a recording that is tried again reaches the API, without a restart or a scan`() async throws {
        let spool = try RecordSpool(SpoolConfiguration(directory: spoolPath))
        let path = try write(Array("out-5550001-101-1795000001.1.gsm".utf8), age: 700)
        try await RecordingHistory.add(path, nil, .parked, to: spool)
        await spool.close()
        let process = try site.start([
            "RECORDING_WATCH_PATHS": folder.path, "RECORDING_CHECK_INTERVAL_SECONDS": "60",
            "RECORDING_MIN_AGE_MINUTES": "0",
        ])
        try await process.line(containing: "ami: logged in")
        let answer = try await command("recordings retry 1")
        #expect(answer.output.hasPrefix("recording 1 waits for its upload again\n"))
        // Sooner than the uploader would look by itself.
        try await eventually("the API has it", within: .seconds(45)) { site.api.recordings.count == 1 }
        try await eventually("it is done") {
            try await command("recordings list --json").json()["states"]?["done"] == .integer(1)
        }
        #expect(try await command("recordings list").output.hasPrefix("No recording is parked or waiting.\n"))
        try await stop(process)
        await site.stop()
    }

    @Test func `wrong lines are refused, and say what is right`() async throws {
        try await fill()
        for (line, text) in [
            ("recordings retry", "--all"), ("recordings retry x", "recordings list"),
            ("recordings retry 2 --all", "--all"), ("recordings list --state lost", "seen, waiting, done, parked"),
            ("recordings scan", "--dry-run"), ("recordings drop 2", "no command"),
        ] {
            let answer = try await command(line)
            #expect(answer.status == .exited(64) && answer.errors.contains(text), "\(line)")
        }
        let list = try await command("recordings list --state parked --json").json()
        #expect(list["total"] == .integer(2), "nothing was changed")
        await site.stop()
    }

    @Test(arguments: [true, false])
    func `a dry run says of each file what would become of it`(isRunning: Bool) async throws {
        try await fill()
        try write([0xff, 0x80] + Array(".gsm".utf8))
        try write(Array("young.gsm".utf8), age: 5)
        try write(Array("notes.txt".utf8))
        unsafe symlink("/etc/passwd", folder.file("link.gsm"))
        unsafe mkfifo(folder.file("pipe.gsm"), 0o600)
        let process = isRunning ? try await start() : nil
        let answer = try await command("recordings scan --dry-run --json")
        #expect(answer.status == .exited(0) && answer.errors.isEmpty)
        let files = try #require(try answer.json()["files"]?.elements)
        let fates = files.map { file in
            let name = file["path"]?.string?.dropFirst(folder.path.count + 1) ?? ""
            return [String(name), file["fate"]?.string, file["reason"]?.string].compactMap { $0 }.joined(separator: " ")
        }
        #expect(
            fates.sorted() == [
                "done.gsm done", "in-1795224725.1.gsm waiting", "it's \"quoted\"\n.gsm parked",
                "link.gsm stays not_regular", "parked.gsm parked", "pipe.gsm stays not_regular",
                "young.gsm stays too_young", "\u{fffd}\u{fffd}.gsm goes",
            ]
        )
        let call = files.first { $0["id"] == .integer(1) }
        #expect(call?["uniqueid"] == .string("1795224725.1") && call?["direction"] == .string("inbound"))
        #expect(call?["duration"] == .integer(2) && call?["size"] == .integer(3300))
        let text = try await command("recordings scan --dry-run --all")
        #expect(text.output.contains("goes     \(folder.path)/\\xff\\x80.gsm\n"))
        #expect(text.output.contains("stays    \(folder.path)/notes.txt\n") && text.output.contains("\n9 files.\n"))
        let list = try await command("recordings list --json").json()
        #expect(list["states"]?["seen"] == .integer(0), "nothing was noted")
        if let process { try await stop(process) }
        await site.stop()
    }

    @Test func `a dry run goes on without a spool, and says so`() async throws {
        _ = try write("a.gsm")
        let answer = try await command("recordings scan --dry-run")
        #expect(answer.status == .exited(0))
        #expect(answer.errors.contains("there is no spool") && answer.errors.contains("nobody knows which files"))
        #expect(answer.output.contains("goes     \(folder.path)/a.gsm\n"))
        #expect(!Directory.names(in: site.directory.path).contains("spool"))
        for line in ["recordings list", "recordings retry --all"] {
            #expect(try await command(line).status == .exited(69), "\(line)")
        }
        await site.stop()
    }

    @Test func `a dry run ends with 1 where something cannot be read, or recordings are off`() async throws {
        let gone = folder.file("gone")
        let answer = try await command("recordings scan --dry-run", ["RECORDING_WATCH_PATHS": gone])
        #expect(answer.status == .exited(1) && answer.output.contains("stays    \(gone)\n         cannot be read:"))
        let off = try await command("recordings scan --dry-run", ["RECORDING_WATCH_PATHS": ""])
        #expect(off.status == .exited(1) && off.errors.contains("recordings are off"))
        let wrong = try await command("recordings scan --dry-run", ["RECORDING_MIN_AGE_MINUTES": "soon"])
        #expect(wrong.status == .exited(78) && wrong.errors.contains("RECORDING_MIN_AGE_MINUTES"))
        await site.stop()
    }

    @Test(.enabled(if: geteuid() == 0, "only root can make a spool of another user"))
    func `root gets a warning that the connector may not be able to read the same`() async throws {
        try await fill()
        unsafe chown("\(spoolPath)/spool.db", 65534, 65534)
        let answer = try await command("recordings scan --dry-run")
        #expect(answer.errors.contains("this reads as user 0, and the connector as user 65534"))
        await site.stop()
    }

    @Test(.enabled(if: geteuid() != 0, "root can read everything"))
    func `what cannot be read says whose it is`() async throws {
        _ = try write("a.gsm")
        unsafe chmod(folder.file("a.gsm"), 0o200)
        let answer = try await command("recordings scan --dry-run")
        #expect(answer.status == .exited(1))
        let words = answer.output.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        #expect(words.contains("with mode 0200") && words.contains("PUID=\(geteuid())"))
        await site.stop()
    }
}
