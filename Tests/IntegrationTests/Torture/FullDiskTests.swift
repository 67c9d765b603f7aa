import Basics
import Glibc
import Simulation
import TestSupport
import Testing

extension TortureTests {
    /// A disk of its own for the spool, with another writer that takes all that is free, or that cannot be written.
    @Suite(
        .enabled(if: Machine.canMount, "this needs the right to mount"),
        .enabled(if: TortureTests.runs(under: .address), "the other sanitizer runs it")
    )
    struct FullDiskTests {
        /// Lets `body` use a site whose spool is on a file system of its own.
        private func withDisk(
            _ options: String,
            _ body: (SimulatedSite, _ spool: String) async throws -> Void
        ) async throws {
            let site = try await SimulatedSite()
            let spool = try Directory.make(site.directory.file("spool"))
            let mount = try Subprocess(arguments: ["mount", "-t", "tmpfs", "-o", options, "none", spool])
            try #require(try await mount.exitStatus() == .exited(0), "\(mount.text(of: .errors))")
            do {
                try await body(site, spool)
            } catch {
                Issue.record(error)
            }
            _ = try await Subprocess(arguments: ["umount", "-l", spool]).exitStatus()
        }

        /// Another program that takes every byte as soon as it is free, until it is ended.
        private func greedyWriter(in spool: String) throws -> Subprocess {
            try Subprocess(arguments: [
                "sh", "-c", "while :; do cat /dev/zero >>'\(spool)/filler' 2>/dev/null; sleep 0.02; done",
            ])
        }

        private func refuseAll(_ site: SimulatedSite) {
            var down = Behaviour()
            down.faults = [.status(503, retryAfter: "1")]
            site.api.setBehaviour(down)
        }

        /// Waits until what was held in memory is in the spool: else the last act could end before it is.
        private func storedAll(_ site: SimulatedSite, _ process: Subprocess) async throws {
            try await eventually("what waited in memory is stored", within: .seconds(60)) {
                try await site.records("received", of: process) >= site.written
            }
        }

        @Test func `a disk that is full is waited for`() async throws {
            try await withDisk("size=24m") { site, spool in
                let process = try await site.startOnline([:])
                let writer = try greedyWriter(in: spool)
                try await site.playing(rate: 1000) {
                    try await process.line(containing: "spool full", within: .seconds(60))
                    let first = site.written
                    try await eventually("more came") { site.written > first + 1000 }
                    writer.terminate(SIGKILL)
                    _ = try await writer.exitStatus()
                    unsafe unlink("\(spool)/filler")
                    try await process.line(containing: "accepts all records again", within: .seconds(60))
                }
                let audit = try await site.settle(process, explainedRepeats: 0)
                #expect(audit.delivered > 0)
                TortureTests.report("disk, full", "\(audit)")
            }
        }

        @Test(arguments: [false, true])
        func `what waits is delivered to the last record on a disk that stays full`(restarts: Bool) async throws {
            try await withDisk("size=40m") { site, spool in
                refuseAll(site)
                var process = try await site.startOnline(["SPOOL_MAX_BYTES": "16777216"])
                try await site.pbx.play(calls: TortureTests.size(300, full: 2000), rate: 5000)
                try await eventually("records wait") {
                    try await site.records("received", of: process) >= site.written
                }
                let writer = try greedyWriter(in: spool)
                // It goes on until intake is refused: whatever room intake found must not have been the reserve.
                try await site.playing(rate: 500) {
                    try await process.line(containing: "spool full", within: .seconds(60))
                }
                if restarts {
                    process.terminate(SIGKILL)
                    _ = try await process.exitStatus()
                    process = try await site.startOnline(["SPOOL_MAX_BYTES": "16777216"])
                }
                let waiting = try await site.records("waiting", of: process)
                #expect(waiting > 1000)
                site.api.setBehaviour(Behaviour())
                try await eventually("all that waited is delivered", within: .seconds(60)) {
                    try await site.records("waiting", of: process) == 0
                }
                #expect((try? await writer.exitStatus(within: .zero)) == nil, "the disk was not full to the end")
                let status = try JSONParser.parse(try await site.monitoring("/status", of: process))
                #expect(status["spool"]?["full_of"] == .string("disk"))
                writer.terminate(SIGKILL)
                _ = try await writer.exitStatus()
                unsafe unlink("\(spool)/filler")
                try await process.line(containing: "accepts all records again", within: .seconds(60))
                if !restarts { try await storedAll(site, process) }
                let audit = try await site.settle(process, explainedRepeats: 200, losesNothing: !restarts)
                TortureTests.report(
                    "disk stays full, \(restarts ? "killed" : "running")",
                    "\(waiting) drained; \(audit)"
                )
            }
        }

        @Test(.enabled(if: !Subprocess.isSanitized, "it waits a minute for the circuit breaker"))
        func `dead letters are kept on a full disk`() async throws {
            try await withDisk("size=40m") { site, spool in
                refuseAll(site)
                let process = try await site.startOnline(["SPOOL_MAX_BYTES": "16777216"])
                try await site.pbx.play(calls: 2, rate: 1000)
                try await eventually("records wait") {
                    try await site.records("received", of: process) >= site.written
                }
                let writer = try greedyWriter(in: spool)
                try await site.playing(rate: 500) {
                    try await process.line(containing: "spool full", within: .seconds(60))
                }
                var refusing = Behaviour()
                refusing.faults = [.status(400)]
                site.api.setBehaviour(refusing)
                try await eventually("some are dead letters", within: .seconds(60)) {
                    try await site.records("dead", of: process) >= 10
                }
                writer.terminate(SIGKILL)
                _ = try await writer.exitStatus()
                unsafe unlink("\(spool)/filler")
                try await storedAll(site, process)
                let audit = try await site.settle(process, explainedRepeats: 0, losesNothing: true)
                TortureTests.report("disk full, dead letters", "\(audit)")
            }
        }

        @Test func `a disk without another inode stops nothing`() async throws {
            try await withDisk("size=64m,nr_inodes=24") { site, spool in
                let process = try await site.startOnline([:])
                let filler = try Subprocess(arguments: [
                    "sh", "-c", "i=0; while : >'\(spool)/inode'$i; do i=$((i+1)); done 2>/dev/null",
                ])
                _ = try await filler.exitStatus()
                #expect(Directory.names(in: spool).count > 15)
                try await site.pbx.play(calls: 50, rate: 1000)
                try await eventually("all was delivered", within: .seconds(60)) {
                    try await site.records("delivered", of: process) >= site.written
                }
                let audit = try await site.settle(process, explainedRepeats: 0, losesNothing: true)
                TortureTests.report("disk, no inodes", "\(audit)")
            }
        }

        @Test func `a disk that becomes read-only is waited for`() async throws {
            try await withDisk("size=64m") { site, spool in
                let process = try await site.startOnline([:])
                try await site.pbx.play(calls: 5, rate: 1000)
                // A file system with open files becomes read-only by an error only, and not by mount.
                let changed = try Subprocess(arguments: [
                    "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64,fallocate", "-e",
                    "inject=pwrite64,fallocate:error=EROFS", "-p", "\(process.processID)",
                ])
                try await site.playing(rate: 300) {
                    try await process.line(containing: ": spool failed", within: .seconds(60))
                }
                changed.terminate()
                _ = try await changed.exitStatus()
                let audit = try await site.settle(process, explainedRepeats: 4 * 200, losesNothing: true)
                TortureTests.report("disk, read-only", "\(audit)")
            }
        }

        @Test func `a spool at its limit refuses, and delivers all that it took`() async throws {
            try await withDisk("size=256m") { site, spool in
                refuseAll(site)
                let limit = Subprocess.isSanitized ? 2_097_152 : 5_242_880
                let process = try await site.startOnline(["SPOOL_MAX_BYTES": "\(limit)"])
                try await site.playing(rate: 5000) {
                    try await process.line(containing: "spool full", within: .seconds(120))
                }
                let bytes = Directory.names(in: spool).reduce(0) { sum, name in
                    var figures = stat()
                    return unsafe stat("\(spool)/\(name)", &figures) == 0 ? sum + figures.st_size : sum
                }
                #expect(bytes <= limit * 5 / 4 + 8 << 20, "\(bytes)")
                let status = try JSONParser.parse(try await site.monitoring("/status", of: process))
                #expect(status["spool"]?["full_of"] == .string("backlog"))
                let audit = try await site.settle(process, explainedRepeats: 0)
                TortureTests.report("cap", "\(bytes) bytes of \(limit); \(audit)")
            }
        }
    }
}
