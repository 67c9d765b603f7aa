import Basics
import Glibc
import Simulation
import TestSupport
import Testing

extension TortureTests {
    /// SIGTERM: exit status 0 within 5 s whatever hangs, and nothing is lost.
    @Suite(.enabled(if: TortureTests.runs(under: .thread), "the other sanitizer runs it"))
    struct ShutdownTests {
        /// Stops a connector under load and says how long that took: 5 s at most on a machine that has nothing else to do.
        ///
        /// What hangs here hangs for a minute or for ever; a stop that waited for it would not be in time.
        private func stop(_ process: Subprocess, of site: SimulatedSite) async throws -> Duration {
            let began = ContinuousClock.now
            process.terminate()
            #expect(try await process.exitStatus(within: .seconds(20)) == .exited(0))
            return ContinuousClock.now - began
        }

        @Test(arguments: [nil, Fault.hang(.seconds(60)), .status(503)])
        func `a stop under load is quick and loses nothing, whatever the API does`(_ fault: Fault?) async throws {
            let site = try await SimulatedSite()
            var behaviour = Behaviour()
            if let fault { behaviour.faults = [fault] }
            var longest = Duration.zero
            let rounds = TortureTests.size(2, full: 50)
            for _ in 0..<rounds {
                site.api.setBehaviour(behaviour)
                let (first, requests) = (site.written, site.api.statistics.requests)
                let process = try await site.startOnline(["CDR_BATCH_SIZE": "20"])
                try await site.playing(rate: 3000) {
                    try await eventually("it works") {
                        site.written > first + 300 && site.api.statistics.requests > requests
                    }
                    longest = max(longest, try await stop(process, of: site))
                }
            }
            let audit = try await site.settle(explainedRepeats: rounds * 4 * 20, losesNothing: true)
            TortureTests.report("SIGTERM", "\(rounds) stops, the longest \(longest.formatted); \(audit)")
        }

        @Test(.enabled(if: Machine.canBeTraced, "no tracing here: install strace, allow ptrace"))
        func `a stop is quick when the disk fails`() async throws {
            let site = try await SimulatedSite()
            let process = try await site.startOnline(SimulatedSite.sanitizers)
            let tracer = try Subprocess(arguments: [
                "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-e",
                "inject=fdatasync,fsync:error=EIO", "-p", "\(process.processID)",
            ])
            try await site.playing(rate: 1000) {
                try await process.line(containing: ": spool failed", within: .seconds(30))
                let took = try await stop(process, of: site)
                TortureTests.report("SIGTERM, disk fails", "took \(took.formatted)")
            }
            tracer.terminate(SIGKILL)
            _ = try await tracer.exitStatus()
            // What could not be written lies in the gap before the next start.
            try await site.settle(explainedRepeats: 4 * 200)
        }

        @Test(.enabled(if: Machine.canCompile, "there is no C compiler"))
        func `a stop is quick when the disk hangs`() async throws {
            let site = try await SimulatedSite()
            let disk = try await PowerCut(site)
            let process = try await site.startOnline(disk.environment)
            try disk.stall(true)
            let first = site.written
            try await site.playing(rate: 1000) {
                try await eventually("it works") { site.written > first + 300 }
                let took = try await stop(process, of: site)
                TortureTests.report("SIGTERM, disk hangs", "took \(took.formatted)")
            }
            try disk.stall(false)
            try await site.settle(explainedRepeats: 4 * 200)
        }

        @Test(.enabled(if: Machine.canCompile, "there is no C compiler"))
        func `a stop is quick while it starts on a disk that hangs`() async throws {
            let site = try await SimulatedSite()
            let disk = try await PowerCut(site)
            try disk.stall(true)
            let process = try site.start(disk.environment)
            try await process.line(containing: "starting asterisk-connector")
            _ = try await stop(process, of: site)
            try disk.stall(false)
            try await site.settle(explainedRepeats: 0)
        }

        @Test(.enabled(if: Machine.canCompile, "there is no C compiler"))
        func `a second signal ends at once`() async throws {
            let site = try await SimulatedSite()
            let disk = try await PowerCut(site)
            let process = try await site.startOnline(disk.environment)
            try disk.stall(true)
            try await site.playing(rate: 1000) {
                try await eventually("it works") { site.written > 300 }
                process.terminate()
                try await process.line(containing: "stopping")
                process.terminate()
                // The deadline would end it with 0.
                #expect(try await process.exitStatus() == .exited(1))
            }
            await site.stop()
        }
    }
}
