import Basics
import Glibc
import Simulation
import TestSupport
import Testing

extension TortureTests {
    /// A disk that fails, is slow, or is taken away, under a connector that works.
    @Suite(.enabled(if: TortureTests.runs(under: .address), "the other sanitizer runs it"))
    struct DiskTests {
        /// A call of the system that fails once.
        struct Failure: Sendable, CustomTestStringConvertible {
            let call: String
            let error: String

            var testDescription: String { "\(call) \(error)" }
        }

        static let failures = [
            Failure(call: "fdatasync", error: "EIO"), Failure(call: "pwrite64", error: "EIO"),
            Failure(call: "pwrite64", error: "ENOSPC"),
        ]

        /// The arguments that make a connector the child of a tracer that stays out of sight: signals and the exit
        /// status are the connector's own.
        private func traced(_ injection: String, log: String) -> [String] {
            let call = injection.prefix { $0 != ":" }
            return [
                "strace", "-D", "-f", "-qq", "-A", "-o", log, "-e", "trace=\(call)", "-e", "inject=\(injection)",
                Subprocess.connectorPath, "run",
            ]
        }

        private func start(_ site: SimulatedSite, _ injection: String) throws -> Subprocess {
            try Subprocess(
                arguments: traced(injection, log: site.directory.file("strace")),
                environment: site.environment.merging(SimulatedSite.sanitizers) { $1 }
            )
        }

        /// Waits until the connector is logged in; one that ended because its disk failed at once is started again, as
        /// the service manager does.
        private func online(_ site: SimulatedSite, _ process: Subprocess) async throws -> Subprocess {
            try await eventually("it is logged in or has ended", within: .seconds(30)) {
                if process.lines.contains(where: { $0.text.contains("ami: logged in") }) { return true }
                return (try? await process.exitStatus(within: .zero)) != nil
            }
            guard let status = try? await process.exitStatus(within: .zero) else { return process }
            guard case .exited(let code) = status, code > 0 else {
                Issue.record("ended with \(status):\n\(process.text(of: .errors))")
                return process
            }
            return try await site.startOnline([:])
        }

        @Test(.enabled(if: Machine.canBeTraced, "no tracing here: install strace, allow ptrace"), arguments: failures)
        func `each write and flush may fail once`(_ failure: Failure) async throws {
            var generator = SplitMix64(seed: TortureTests.seed)
            let numbers =
                TortureTests.isFull
                ? Array(1...200) : (0..<2).map { _ in Int.random(in: 3...12, using: &generator) }
            let site = try await SimulatedSite()
            for number in numbers {
                let injected = try start(site, "\(failure.call):error=\(failure.error):when=\(number)")
                let process = try await online(site, injected)
                try await site.pbx.play(calls: 4, rate: 2000)
                try await eventually("everything was delivered, call \(number)", within: .seconds(60)) {
                    try await site.records("waiting", of: process) == 0 && site.api.statistics.distinct >= site.written
                }
                process.terminate()
                #expect(try await process.exitStatus() == .exited(0))
            }
            let trace = try FileContents.read(site.directory.file("strace"), limit: 1 << 30)
            let hits = trace.split(separator: ASCII.newline).count { $0.text.contains("(INJECTED)") }
            #expect(hits > 0, "no call failed")
            let audit = try await site.settle(explainedRepeats: 0, losesNothing: true)
            TortureTests.report("disk, \(failure.call) \(failure.error)", "\(hits) failures; \(audit)")
        }

        @Test(.enabled(if: Machine.canBeTraced, "no tracing here: install strace, allow ptrace"))
        func `a disk that fails for a while is waited for`() async throws {
            let site = try await SimulatedSite()
            let process = try await site.startOnline(SimulatedSite.sanitizers)
            let tracer = try Subprocess(arguments: [
                "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-e",
                "inject=fdatasync,fsync:error=EIO", "-p", "\(process.processID)",
            ])
            try await site.playing(rate: 300) {
                try await process.line(containing: "spool", after: process.lines.count, within: .seconds(60))
            }
            tracer.terminate()
            _ = try await tracer.exitStatus()
            let audit = try await site.settle(process, explainedRepeats: 4 * 200, losesNothing: true)
            TortureTests.report("disk, fails for a while", "\(audit)")
        }

        @Test(.enabled(if: Machine.canBeTraced, "no tracing here: install strace, allow ptrace"))
        func `a slow disk never makes the PBX wait`() async throws {
            let site = try await SimulatedSite { $0.writeTimeout = .milliseconds(100) }
            let process = try await online(site, try start(site, "fdatasync:delay_exit=200000"))
            try await site.pbx.play(calls: TortureTests.size(12, full: 2000), rate: TortureTests.size(1000, full: 2000))
            let audit = try await site.settle(process, explainedRepeats: 0, losesNothing: true)
            #expect(site.pbx.statistics.slowReaders == 0)
            TortureTests.report("disk, 200 ms a flush", "\(audit)")
        }

        @Test
        func `a spool that is removed while in use is made again with all that it held`() async throws {
            let site = try await SimulatedSite()
            let process = try await site.startOnline([:])
            let spool = site.directory.file("spool")
            var down = Behaviour()
            down.faults = [.status(503, retryAfter: "1")]
            site.api.setBehaviour(down)
            try await site.pbx.play(calls: 20)
            try await eventually("records wait") { try await site.records("waiting", of: process) > 0 }
            for name in Directory.names(in: spool) { unsafe unlink("\(spool)/\(name)") }
            try await eventually("the file is there again", within: .seconds(90)) {
                Directory.names(in: spool).contains("spool.db")
            }
            let audit = try await site.settle(process, explainedRepeats: 4 * 200, losesNothing: true)
            TortureTests.report("disk, spool removed", "\(audit)")
        }
    }
}
