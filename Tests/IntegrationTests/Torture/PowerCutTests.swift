import Basics
import Glibc
import Simulation
import TestSupport
import Testing

extension TortureTests {
    /// A power cut: kill -9, and of each file in the spool's directory what was flushed is left.
    @Suite(.enabled(if: TortureTests.runs(under: .address), "the other sanitizer runs it"))
    struct PowerCutTests {
        /// What is left of the writes that no flush had followed.
        enum Unflushed: CaseIterable {
            case lost
            /// Each sector of 512 bytes by itself is there or not, in no order.
            case torn
        }

        @Test(.enabled(if: Machine.canCompile, "there is no C compiler"), arguments: Unflushed.allCases)
        func `what was accepted survives power cuts`(_ unflushed: Unflushed) async throws {
            let site = try await SimulatedSite()
            let power = try await PowerCut(site)
            let batchSize = 40
            let settings = power.environment.merging(["CDR_BATCH_SIZE": "\(batchSize)"]) { $1 }
            var generator = SplitMix64(seed: TortureTests.seed)
            let cuts = TortureTests.size(Subprocess.isSanitized ? 4 : 12, full: 200)
            var accepted = 0
            try await site.playing(rate: 2000) {
                for cut in 0..<cuts {
                    let process = try await site.startOnline(settings)
                    let found = try await site.records("received", of: process)
                    #expect(found >= accepted, "what was accepted is gone")
                    // Every other time the cut comes as soon as the connector works again.
                    let more = cut % 2 == 0 ? found + Int.random(in: 1...400, using: &generator) : found
                    accepted = found
                    while accepted < more { accepted = try await site.records("received", of: process) }
                    process.terminate(SIGKILL)
                    #expect(try await process.exitStatus() == .killed(by: SIGKILL))
                    try power.restore { unflushed == .torn && generator.next() % 2 == 0 }
                }
            }
            let audit = try await site.settle(explainedRepeats: cuts * 4 * batchSize)
            #expect(audit.rekeyed == 0)
            TortureTests.report("power cut, unflushed writes \(unflushed)", "\(cuts) cuts; \(audit)")
        }
    }
}
