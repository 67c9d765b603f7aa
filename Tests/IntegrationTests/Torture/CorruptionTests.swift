import Basics
import Glibc
import Simulation
import TestSupport
import Testing

extension TortureTests {
    /// A spool that was damaged while nobody used it.
    @Suite(.enabled(if: TortureTests.runs(under: .address), "the other sanitizer runs it"))
    struct CorruptionTests {
        /// What happens to a file between two runs.
        enum Damage: CaseIterable {
            case flippedBits
            case truncated
            case garbageAtEnd
            case zeroedPage
            case logTruncated
            case logFlipped

            /// Whether it concerns the write-ahead log, which is there only after a kill.
            var isOfLog: Bool { self == .logTruncated || self == .logFlipped }
        }

        private func damage(_ damage: Damage, _ spool: String, _ generator: inout SplitMix64) throws -> Bool {
            let path = damage.isOfLog ? "\(spool)/spool.db-wal" : "\(spool)/spool.db"
            guard var bytes = try? FileContents.read(path, limit: 1 << 30), bytes.count > 8192 else { return false }
            // The log has room that was never written.
            if damage.isOfLog { bytes.removeLast(bytes.reversed().prefix { $0 == 0 }.count) }
            switch damage {
            case .flippedBits, .logFlipped:
                for _ in 0..<Int.random(in: 1...20, using: &generator) {
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^=
                        1 << UInt8.random(in: 0...7, using: &generator)
                }
            case .truncated, .logTruncated: bytes.removeLast(Int.random(in: 1..<bytes.count / 2, using: &generator))
            case .garbageAtEnd: for _ in 0..<5000 { bytes.append(UInt8.random(in: .min ... .max, using: &generator)) }
            case .zeroedPage:
                let page = Int.random(in: 1..<bytes.count / 4096, using: &generator) * 4096
                for index in page..<page + 4096 { bytes[index] = 0 }
            }
            try FileContents.write(bytes, to: path, mode: 0o600)
            return true
        }

        @Test(arguments: Damage.allCases)
        func `a damaged spool is repaired, and what is missing is declared`(_ kind: Damage) async throws {
            let site = try await SimulatedSite()
            var generator = SplitMix64(seed: TortureTests.seed)
            let rounds = TortureTests.size(2, full: 40)
            var damaged = 0
            for _ in 0..<rounds {
                var down = Behaviour()
                down.faults = [.status(503, retryAfter: "1")]
                site.api.setBehaviour(down)
                let process = try await site.startOnline([:])
                let first = site.written
                let received = try await site.records("received", of: process)
                try await site.pbx.play(calls: 20)
                try await eventually("all is stored", within: .seconds(30)) {
                    try await site.records("received", of: process) >= received + site.written - first
                }
                process.terminate(kind.isOfLog ? SIGKILL : SIGTERM)
                _ = try await process.exitStatus()
                if try damage(kind, site.directory.file("spool"), &generator) { damaged += 1 }
            }
            #expect(damaged > 0, "there was nothing to damage")
            let audit = try await site.settle(explainedRepeats: 0, isDamaged: true)
            TortureTests.report("damage, \(kind)", "\(damaged) times; \(audit)")
        }
    }
}
