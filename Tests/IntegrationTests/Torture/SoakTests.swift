import Basics
import Simulation
import TestSupport
import Testing

extension TortureTests {
    /// Weeks of work in minutes: the wall clock goes on by a day at a time, and each day has its calls.
    ///
    /// The long form has ninety days, which is long enough for all that is forgotten by its age. What it does not have is
    /// the real time of ninety days: timers of the monotonic clock run for minutes.
    @Suite(.enabled(if: TortureTests.runs(under: .thread), "the other sanitizer runs it"))
    struct SoakTests {
        /// What a connector takes of the machine.
        struct Footprint: CustomStringConvertible {
            let memory: Int
            let descriptors: Int
            let threads: Int
            let spool: Int

            init(of process: Subprocess, spool directory: String) throws {
                let own = "/proc/\(process.processID)"
                let status = try FileContents.read("\(own)/status", limit: 1 << 16).split(separator: ASCII.newline)
                    .map(\.text)
                func figure(_ name: String) -> Int {
                    status.first { $0.hasPrefix("\(name):") }.flatMap { Int($0.filter(\.isNumber)) } ?? 0
                }
                memory = figure("VmRSS") << 10
                threads = figure("Threads")
                descriptors = Directory.names(in: "\(own)/fd").count
                spool = try Directory.names(in: directory).filter { $0.hasPrefix("spool.db") }.reduce(0) { sum, name in
                    try sum + FileContents.read("\(directory)/\(name)", limit: 1 << 30).count
                }
            }

            var description: String {
                "\(memory >> 20) MiB, \(descriptors) descriptors, \(threads) threads, spool \(spool >> 10) KiB"
            }
        }

        @Test(.enabled(if: Machine.canCompile, "there is no C compiler"))
        func `days of work leave memory, descriptors, threads and spool as they were`() async throws {
            let site = try await SimulatedSite()
            let offset = site.directory.file("offset")
            var environment = SimulatedSite.sanitizers
            environment["LD_PRELOAD"] = try await Preload.compile("clock", in: site.directory)
            environment["CLOCK_OFFSET"] = offset
            let process = try await site.startOnline(environment)
            let days = TortureTests.size(8, full: 90)
            // By then caches are filled, and in the long form the first keys have been forgotten.
            let settled = TortureTests.size(3, full: 20)
            var first: Footprint?
            for day in 0..<days {
                try FileContents.write(Array("\(day * 86_400)".utf8), to: offset)
                try await site.pbx.play(calls: TortureTests.size(20, full: 500))
                try await eventually("day \(day) is delivered", within: .seconds(120)) {
                    try await site.records("waiting", of: process) == 0 && site.api.statistics.distinct >= site.written
                }
                if day == settled { first = try Footprint(of: process, spool: site.directory.file("spool")) }
            }
            let before = try #require(first)
            let after = try Footprint(of: process, spool: site.directory.file("spool"))
            // Requests and questions of the moment come and go.
            #expect(after.descriptors <= before.descriptors + 10, "\(before); \(after)")
            #expect(after.threads <= before.threads + 6, "\(before); \(after)")
            #expect(after.spool <= before.spool + before.spool / 4 + 8 << 20, "\(before); \(after)")
            if !Subprocess.connectorPath.contains("san/") {
                #expect(after.memory <= before.memory + before.memory / 4 + 8 << 20, "\(before); \(after)")
            }
            let audit = try await site.settle(process, explainedRepeats: 0, losesNothing: true)
            TortureTests.report("soak", "\(days) days; day \(settled): \(before); at the end: \(after); \(audit)")
        }
    }
}
