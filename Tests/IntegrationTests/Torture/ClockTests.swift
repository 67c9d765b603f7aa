import Basics
import Simulation
import TestSupport
import Testing

extension TortureTests {
    /// A wall clock that somebody sets while the connector works.
    struct ClockTests {
        private static let year = 365 * 86_400

        @Test(.enabled(if: Machine.canCompile, "there is no C compiler"))
        func `a clock that is set by hours or years holds up nothing`() async throws {
            let site = try await SimulatedSite()
            let offset = site.directory.file("offset")
            var environment = SimulatedSite.sanitizers
            environment["LD_PRELOAD"] = try await Preload.compile("clock", in: site.directory)
            environment["CLOCK_OFFSET"] = offset
            let process = try await site.startOnline(environment)
            for step in [3600, -3600, -10 * Self.year, 20 * Self.year, 0] {
                try FileContents.write(Array("\(step)".utf8), to: offset)
                var trouble = Behaviour.first(1, .status(503))
                trouble.seed = UInt64(TortureTests.seed)
                site.api.setBehaviour(trouble)
                try await site.pbx.play(calls: TortureTests.size(5, full: 100))
                try await eventually("all is delivered, \(step) s off", within: .seconds(60)) {
                    try await site.records("waiting", of: process) == 0 && site.api.statistics.distinct >= site.written
                }
            }
            let status = try JSONParser.parse(Array(try await site.monitoring("/status", of: process).utf8)[...])
            #expect(
                status["uptime_seconds"]?.integer.map { (0..<3600).contains($0) } == true,
                "timers do not follow it"
            )
            let audit = try await site.settle(process, explainedRepeats: 0, losesNothing: true)
            TortureTests.report("clock", "\(audit)")
        }
    }
}
