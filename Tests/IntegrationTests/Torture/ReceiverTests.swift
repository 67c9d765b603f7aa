import Basics
import Glibc
import Simulation
import Spool
import TestSupport
import Testing

extension TortureTests {
    /// Receivers that are not quite the API: the built connector must neither lose records nor give them up for it.
    @Suite(.enabled(if: TortureTests.runs(under: .thread), "the other sanitizer runs it"))
    struct ReceiverTests {
        /// An answer that acknowledges nothing, although the receiver has taken the records or has not.
        struct Answer: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let fault: Fault
        }

        private static let suspects = [
            Answer(testDescription: "empty 200", fault: .answer(200)),
            Answer(testDescription: "null", fault: .answer(200, body: "null")),
            Answer(testDescription: "a list", fault: .answer(202, body: "[]")),
            Answer(testDescription: "text", fault: .answer(202, body: "ok")),
            Answer(testDescription: "success false", fault: .status(200, body: #"{"success":false}"#)),
            Answer(testDescription: "errors", fault: .status(202, body: #"{"errors":["quota"]}"#)),
            Answer(testDescription: "a low count", fault: .status(202, body: #"{"queued_count":0}"#)),
            Answer(testDescription: "207", fault: .status(207, body: "{}")),
        ]

        @Test(arguments: suspects)
        func `what is not acknowledged is sent again until it is`(_ answer: Answer) async throws {
            let site = try await SimulatedSite()
            let batchSize = 50
            site.api.setBehaviour(.first(2, answer.fault))
            let process = try await site.startOnline(["CDR_BATCH_SIZE": "\(batchSize)"])
            try await site.playing(rate: 500) {
                try await eventually("the answers were suspect") { site.api.statistics.faults >= 2 }
            }
            try await process.line(containing: "suspect answer")
            let isTaken = if case .answer = answer.fault { true } else { false }
            let audit = try await site.settle(
                process,
                explainedRepeats: isTaken ? 2 * batchSize : 0,
                losesNothing: true
            )
            #expect(audit.dead == 0 && audit.rekeyed == 0)
        }

        @Test func `with API_ACK=status an empty 200 and a low count are enough`() async throws {
            let site = try await SimulatedSite()
            site.api.setBehaviour(.first(2, .answer(200)))
            let process = try await site.startOnline(["API_ACK": "status", "CDR_BATCH_SIZE": "10"])
            try await site.pbx.play(calls: 5)
            try await eventually("two requests were taken") { site.api.statistics.faults >= 2 }
            try await site.settle(process, explainedRepeats: 0, losesNothing: true)
            #expect(!process.text(of: .errors).contains("suspect answer"))
        }

        @Test func `a receiver that counts only what is new does not hold up what it has`() async throws {
            let site = try await SimulatedSite()
            var behaviour = Behaviour.first(2, .answerLost)
            behaviour.countsNew = true
            site.api.setBehaviour(behaviour)
            let process = try await site.startOnline([:])
            try await site.playing(rate: 200) {
                try await process.line(containing: "queued_count below the number sent, accepted", within: .seconds(60))
            }
            try await site.settle(process, explainedRepeats: 2 * 2 * 200, losesNothing: true)
        }

        @Test func `a receiver that answers 400 to gzip gets all of it plain, and no dead letter is made`() async throws
        {
            let site = try await SimulatedSite()
            var behaviour = Behaviour()
            behaviour.refusesGzip = true
            behaviour.gzipStatus = 400
            site.api.setBehaviour(behaviour)
            let process = try await site.startOnline([:])
            try await site.pbx.play(calls: 20)
            try await process.line(containing: "gzip unsupported by the API", within: .seconds(30))
            let audit = try await site.settle(process, explainedRepeats: 0, losesNothing: true)
            #expect(audit.dead == 0)
        }

        /// Row 26 of the fault matrix, over kills.
        @Test(.enabled(if: !Subprocess.isSanitized, "it waits a minute for the circuit breaker"))
        func `a receiver that refuses everything gets at most 20 dead letters over any number of kills`()
            async throws
        {
            let site = try await SimulatedSite()
            var behaviour = Behaviour()
            behaviour.faults = [.status(422, body: #"{"error":"no such field"}"#)]
            site.api.setBehaviour(behaviour)
            var dead: [Int] = []
            for run in 0..<TortureTests.size(6, full: 60) {
                let process = try await site.startOnline(["CDR_BATCH_SIZE": "10"])
                let before = site.api.statistics.requests
                try await site.pbx.play(calls: 5)
                let count = run == 0 ? 30 : 1
                try await eventually("requests were refused") { site.api.statistics.requests >= before + count }
                process.terminate(run % 2 == 0 ? SIGKILL : SIGTERM)
                try await process.exitStatus()
                dead.append(try await site.declaredDead())
            }
            #expect(dead.allSatisfy { $0 <= 20 } && dead == dead.sorted(), "\(dead)")
            TortureTests.report("refusing receiver", "dead letters after each run: \(dead)")
            await site.stop()
        }

        /// Row 27 of the fault matrix, over kills.
        @Test func `a size that was learned from a 413 outlives a kill`() async throws {
            let site = try await SimulatedSite()
            site.api.setBehaviour(.first(1, .status(413)))
            let first = try await site.startOnline([:])
            try await site.pbx.play(calls: 20)
            try await first.line(containing: "request too large", within: .seconds(30))
            first.terminate(SIGKILL)
            try await first.exitStatus()
            let kept = try await site.learned()
            #expect(kept.contains("request_bytes"), "\(kept)")
            let second = try await site.startOnline([:])
            // Up to four requests were on their way at the kill; what came while nobody was logged in is a gap.
            try await site.settle(second, explainedRepeats: 4 * 200)
            #expect(try await site.learned().contains("request_bytes"), "a success does not end it")
        }
    }
}

extension SimulatedSite {
    /// Looks into the spool of a connector that has ended.
    private func looking<Result: Sendable>(_ body: (RecordSpool) async throws -> Result) async throws -> Result {
        let spool = try RecordSpool(SpoolConfiguration(directory: directory.file("spool")))
        let result = try await body(spool)
        await spool.close()
        return result
    }

    /// How many dead letters there are.
    fileprivate func declaredDead() async throws -> Int { try await looking { $0.figures.deadLetters } }

    /// What was learned of the API, as text.
    fileprivate func learned() async throws -> String {
        try await looking { spool in String(decoding: try await spool.learned("delivery") ?? [], as: UTF8.self) }
    }
}
