import Basics
import Glibc
import Simulation
import Spool
import SpoolTestSupport
import TestSupport
import Testing

/// The commands for the operator, with the connector running and without.
@Suite(.timeLimit(.minutes(3)))
struct OperatorTests {
    private struct Answer {
        let status: Subprocess.ExitStatus
        let output: String
        let errors: String

        func json() throws -> JSONValue { try JSONParser.parse(output) }
    }

    /// A command that knows the place of the spool, and nothing else.
    private func command(_ line: String, _ directory: String) async throws -> Answer {
        let words = line.split(separator: " ").map { String($0) }
        let process = try Subprocess.connector(words, environment: ["SPOOL_DIR": directory])
        let status = try await process.exitStatus()
        return Answer(status: status, output: process.text(of: .output), errors: process.text(of: .errors))
    }

    private func spool(dead: Int = 3, gaps: Int = 2) async throws -> TemporaryDirectory {
        let directory = TemporaryDirectory()
        await (try await SpoolHistory.make(in: directory.path, dead: dead, gaps: gaps)).close()
        return directory
    }

    @Test func `everything is accounted for, with the connector running and without`() async throws {
        let site = try await SimulatedSite()
        await (try await SpoolHistory.make(in: site.directory.file("spool"))).close()
        let spool = site.directory.file("spool")
        let process = try await site.startOnline()
        try await site.pbx.play(calls: 20)
        // Those of the history, and what the PBX has sent.
        let sent = site.pbx.log.cdrs.written + site.pbx.log.cels.written
        try await eventually("all was received") { try await site.records("received", of: process) == sent + 6 }
        try await eventually("all was delivered") { try await site.records("waiting", of: process) == 0 }
        let running = try await command("spool status --json", spool)
        let status = try JSONParser.parse(try await site.monitoring("/status", of: process))
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        let stopped = try await command("spool status --json", spool)
        for answer in [running, stopped] {
            #expect(answer.status == .exited(0) && answer.errors.isEmpty)
            let json = try answer.json()
            #expect(json["balanced"] == .boolean(true) && json["accepts"] == .string("all"))
            #expect(json["dead_letters"] == .integer(3))
            #expect(json["records"]?["cel"]?["dead"] == .integer(3))
            #expect(try #require(json["records"]?["cdr"]?["delivered"]?.integer) > 20)
        }
        #expect(try running.json()["records"] == stopped.json()["records"])
        #expect(try running.json()["records"] == status["records"])
        #expect(status["dead_letters"] == .integer(3) && status["balanced"] == .boolean(true))
        #expect(try #require(status["gaps"]?["count"]?.integer) >= 2)
        #expect(!Directory.names(in: spool).contains("control.sock"))
        await site.stop()
    }

    @Test func `a dead letter that is retried reaches the API, without a restart`() async throws {
        let site = try await SimulatedSite()
        let spool = site.directory.file("spool")
        await (try await SpoolHistory.make(in: spool)).close()
        let process = try await site.startOnline()
        try await eventually("what waited was delivered") { try await site.records("waiting", of: process) == 0 }
        let distinct = site.api.statistics.distinct
        let one = try await command("dead-letters retry 3 99 --json", spool)
        #expect(one.status == .exited(1), "99 is not there")
        #expect(one.output == "{\"changed\":1,\"missing\":[99]}\n")
        try await eventually("it was delivered") { site.api.statistics.distinct == distinct + 1 }
        let all = try await command("dead-letters retry --all", spool)
        #expect(all.status == .exited(0) && all.output == "2 dead letters will be sent again.\n")
        try await eventually("all were delivered") { site.api.statistics.distinct == distinct + 3 }
        #expect(try await command("dead-letters list", spool).output.contains("No dead letters"))
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        await site.stop()
        #expect(site.api.statistics.violations == 0)
    }

    @Test func `drop needs --yes without a terminal`() async throws {
        let directory = try await spool()
        let refused = try await command("dead-letters drop --all", directory.path)
        #expect(refused.status == .exited(64) && refused.errors.contains("--yes"))
        for line in ["dead-letters drop --yes", "dead-letters drop x --yes", "dead-letters retry 3 --all"] {
            #expect(try await command(line, directory.path).status == .exited(64), "\(line)")
        }
        let one = try await command("dead-letters drop 2 --yes", directory.path)
        #expect(one.status == .exited(0) && one.output == "1 dead letter removed.\n")
        let rest = try await command("dead-letters drop --all --yes --json", directory.path)
        #expect(rest.output == "{\"changed\":2,\"missing\":[]}\n")
        let status = try await command("spool status --json", directory.path).json()
        #expect(status["records"]?["cel"]?["dropped"] == .integer(3) && status["balanced"] == .boolean(true))
    }

    @Test func `lists say when they are not complete, and are when they shall be`() async throws {
        let directory = try await spool(dead: 230, gaps: 120)
        let some = try await command("dead-letters list --limit 7", directory.path)
        #expect(some.output.contains("The first 7 of 230 dead letters"))
        let letters = try await command("dead-letters list --all --json", directory.path).json()
        #expect(letters["dead_letters"]?.elements?.count == 230 && letters["total"] == .integer(230))
        let latest = try await command("gaps --json", directory.path).json()
        #expect(latest["gaps"]?.elements?.compactMap { $0["id"]?.integer } == Array(21...120))
        let most = try await command("gaps --limit 110 --json", directory.path).json()
        #expect(most["gaps"]?.elements?.compactMap { $0["id"]?.integer } == Array(11...120))
        let gaps = try await command("gaps --all --json", directory.path).json()
        #expect(gaps["gaps"]?.elements?.count == 120 && gaps["total"] == .integer(120))
        #expect(try await command("gaps", directory.path).output.contains("The latest 100 of 120 gaps"))
    }

    @Test func `numbers of callers are in show and export only`() async throws {
        let directory = try await spool(dead: 5)
        for line in ["dead-letters list", "dead-letters list --json", "spool status", "gaps"] {
            #expect(try await !command(line, directory.path).output.contains("5145550199"), "\(line)")
        }
        for line in ["dead-letters show 3", "dead-letters show 3 --json", "dead-letters export"] {
            #expect(try await command(line, directory.path).output.contains(SpoolHistory.caller), "\(line)")
        }
        let missing = try await command("dead-letters show 1", directory.path)
        #expect(missing.status == .exited(1) && missing.errors.contains("dead-letters list"))
    }

    @Test func `an export is complete, byte for byte, and only the owner can read it`() async throws {
        let directory = try await spool(dead: 230)
        let file = directory.file("export.jsonl")
        try FileContents.write(Array("old".utf8), to: file)
        let answer = try await command("dead-letters export \(file)", directory.path)
        #expect(answer.status == .exited(0) && answer.output.isEmpty && answer.errors.contains("230 dead letters"))
        let expected = (1...230).flatMap { SpoolHistory.record($0).body + [ASCII.newline] }
        #expect(try FileContents.read(file) == expected)
        var figures = stat()
        #expect(unsafe stat(file, &figures) == 0 && figures.st_mode & 0o777 == 0o600)
        let output = try await command("dead-letters export", directory.path).output
        #expect(Array(output.utf8) == expected)
        let failed = try await command("dead-letters export /dev/full", directory.path)
        #expect(failed.status == .exited(1) && failed.errors.contains("incomplete"))
    }

    @Test func `where there is no spool nothing is made`() async throws {
        let directory = TemporaryDirectory()
        for line in ["spool status", "dead-letters list", "dead-letters export", "gaps"] {
            let answer = try await command(line, directory.file("none"))
            #expect(answer.status == .exited(69) && answer.errors.contains("there is no spool"), "\(line)")
        }
        #expect(Directory.names(in: directory.path).isEmpty)
    }

    @Test func `a spool of another process that does not answer is a temporary failure`() async throws {
        let directory = TemporaryDirectory()
        let spool = try await SpoolHistory.make(in: directory.path)
        let answer = try await command("spool status", directory.path)
        #expect(answer.status == .exited(75) && answer.errors.contains("does not answer"))
        await spool.close()
    }

    @Test func `a connector that hangs is a temporary failure, and answers again when it goes on`() async throws {
        let site = try await SimulatedSite()
        let spool = site.directory.file("spool")
        let process = try await site.startOnline()
        #expect(try await command("spool status", spool).status == .exited(0))
        process.freeze()
        let answer = try await command("gaps", spool)
        #expect(answer.status == .exited(75) && answer.errors.contains("no answer"))
        process.proceed()
        #expect(try await command("gaps", spool).status == .exited(0))
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        await site.stop()
    }

    @Test func `the socket of a killed connector is no obstacle, and is replaced`() async throws {
        let site = try await SimulatedSite()
        let spool = site.directory.file("spool")
        let first = try await site.startOnline()
        try await eventually("the socket is there") { Directory.names(in: spool).contains("control.sock") }
        first.terminate(SIGKILL)
        _ = try await first.exitStatus()
        #expect(Directory.names(in: spool).contains("control.sock"))
        #expect(try await command("spool status", spool).status == .exited(0))
        let second = try await site.startOnline()
        #expect(try await command("spool status", spool).status == .exited(0))
        var figures = stat()
        #expect(unsafe stat("\(spool)/control.sock", &figures) == 0 && figures.st_mode & 0o777 == 0o600)
        second.terminate()
        #expect(try await second.exitStatus() == .exited(0))
        await site.stop()
    }
}
