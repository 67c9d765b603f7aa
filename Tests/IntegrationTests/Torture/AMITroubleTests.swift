import Basics
import Glibc
import Simulation
import TestSupport
import Testing

extension TortureTests {
    /// A session that is cut, silent, or not read for a while.
    @Suite(.enabled(if: TortureTests.runs(under: .thread), "the other sanitizer runs it"))
    struct AMITroubleTests {
        /// From when to when the declared gaps of a cause reach, in whole seconds of UTC.
        private func gaps(of cause: String, _ site: SimulatedSite) async throws -> [(from: String, to: String)] {
            let listed = try JSONParser.parse(try await site.told(["gaps", "--all", "--json"])[...])
            return (listed["gaps"]?.elements ?? []).filter { $0["cause"]?.string == cause }.map { gap in
                (Self.seconds(gap["from"]?.string ?? ""), Self.seconds(gap["to"]?.string ?? ""))
            }
        }

        private static func seconds(_ time: String) -> String { String(time.prefix(19)) }

        private static func seconds(_ time: Timestamp) -> String { seconds(time.description) }

        @Test func `a session cut at any byte tears nothing and loses nothing silently`() async throws {
            let site = try await SimulatedSite()
            var generator = SplitMix64(seed: TortureTests.seed)
            let length = 2000
            let offsets =
                TortureTests.isFull
                ? Array(0..<length) : (0..<8).map { _ in Int.random(in: 0..<length, using: &generator) }
            let process = try await site.startOnline([:])
            for offset in offsets {
                try await eventually("it is logged in") { site.pbx.sessions == 1 }
                // It may be back before anybody looks: only the count tells that it was gone.
                var cuts = site.pbx.statistics.cuts
                site.pbx.inject(.cut(afterBytes: 0))
                while site.pbx.statistics.cuts == cuts { try await Task.sleep(for: .milliseconds(1)) }
                cuts = site.pbx.statistics.cuts
                site.pbx.inject(.cut(afterBytes: offset))
                try await eventually("the session was cut") {
                    try await site.pbx.play(calls: 1)
                    return site.pbx.statistics.cuts > cuts
                }
            }
            let torn = site.pbx.log.cdrs.cut + site.pbx.log.cels.cut
            let audit = try await site.settle(process, explainedRepeats: 0)
            TortureTests.report("AMI cut", "\(offsets.count) bytes, \(torn) torn records; \(audit)")
        }

        @Test func `a session that falls silent is left, and what was missed is declared`() async throws {
            let site = try await SimulatedSite()
            let process = try await site.startOnline([:])
            var lastHeard = Timestamp.now()
            try await site.playing(rate: 200) {
                try await eventually("something was sent") { site.written > 50 }
                site.pbx.inject(.silence)
                lastHeard = .now()
                let count = process.lines.count
                try await process.line(containing: "ami:", after: count, within: .seconds(30))
                site.pbx.inject(.none)
                try await process.line(containing: "ami: logged in", after: count, within: .seconds(60))
            }
            let audit = try await site.settle(process, explainedRepeats: 0)
            #expect(site.pbx.log.cels.unsent > 0)
            let gap = try #require(try await gaps(of: "disconnected", site).first)
            #expect(gap.from <= Self.seconds(lastHeard.adding(seconds: 1)), "it begins with the last bytes heard")
            #expect(gap.to >= Self.seconds(lastHeard.adding(seconds: 14)), "and was noticed by the pings")
            TortureTests.report("AMI half-open", "\(audit)")
        }

        @Test func `a connector that stood still is cut off, comes back and says so`() async throws {
            let site = try await SimulatedSite { pbx in
                pbx.writeTimeout = .milliseconds(100)
                pbx.sendBufferSize = 32 << 10
            }
            let process = try await site.startOnline([:])
            let rounds = TortureTests.size(2, full: 20)
            try await site.playing(rate: TortureTests.size(2000, full: 5000)) {
                for _ in 0..<rounds {
                    try await eventually("it is logged in") { site.pbx.sessions == 1 }
                    let cut = site.pbx.statistics.slowReaders
                    process.freeze()
                    try await eventually("the PBX gave it up", within: .seconds(60)) {
                        site.pbx.statistics.slowReaders > cut
                    }
                    process.proceed()
                }
                try await eventually("it is logged in again") { site.pbx.sessions == 1 }
            }
            let audit = try await site.settle(process, explainedRepeats: 0)
            #expect(audit.needless == 0, "the gaps cover what is missing and no more")
            TortureTests.report("SIGSTOP", "\(rounds) stops; \(audit)")
        }

        @Test(arguments: TortureTests.size([3], full: [10, 120]), [false, true])
        func `a gap begins before a long stop, whether the connector goes on or is killed`(
            seconds: Int,
            isKilled: Bool
        ) async throws {
            let site = try await SimulatedSite { pbx in
                pbx.writeTimeout = .milliseconds(100)
                pbx.sendBufferSize = 32 << 10
            }
            var process = try await site.startOnline([:])
            var stopped = Timestamp.now()
            var resumed = stopped
            try await site.playing(rate: 2000) {
                try await eventually("it works") { site.written > 300 }
                stopped = .now()
                let began = ContinuousClock.now
                process.freeze()
                try await eventually("the PBX gave it up, and time passed", within: .seconds(seconds + 60)) {
                    site.pbx.statistics.slowReaders > 0 && .now - began > .seconds(seconds)
                }
                resumed = .now()
                process.proceed()
                try await process.line(containing: "process resumed", within: .seconds(30))
                if isKilled {
                    process.terminate(SIGKILL)
                    #expect(try await process.exitStatus() == .killed(by: SIGKILL))
                    process = try await site.startOnline([:])
                }
                try await eventually("it is logged in again", within: .seconds(60)) { site.pbx.sessions == 1 }
            }
            let audit = try await site.settle(process, explainedRepeats: isKilled ? 4 * 200 : 0)
            let gaps = try await gaps(of: isKilled ? "process_down" : "suspended", site)
            try #require(gaps.count == 1)
            #expect(gaps[0].from <= Self.seconds(stopped), "it begins before the stop")
            #expect(gaps[0].to >= Self.seconds(resumed))
            #expect(audit.needless == 0, "it covers what is missing and no more")
            TortureTests.report("SIGSTOP, \(seconds) s\(isKilled ? ", then kill -9" : "")", "\(audit)")
        }
    }
}
