import Basics
import Glibc
import Simulation
import TestSupport
import Testing

extension TortureTests {
    /// An API in every kind of trouble while records keep coming.
    @Suite(.enabled(if: TortureTests.runs(under: .thread), "the other sanitizer runs it"))
    struct APITroubleTests {
        /// The form of the load: events per second, and how much trouble there is.
        private static let rate = TortureTests.size(500.0, full: 2000)

        /// Trouble that the API makes, and how many of its requests can be applied without the connector knowing.
        struct Trouble: Sendable, CustomTestStringConvertible {
            let name: String
            let fault: Fault
            var loseAnswers = false

            var testDescription: String { name }
        }

        static let troubles = [
            Trouble(name: "503", fault: .status(503)),
            Trouble(name: "429 with Retry-After", fault: .status(429, retryAfter: "1")),
            Trouble(name: "silence", fault: .hang(.seconds(2))),
            Trouble(name: "reset", fault: .reset),
            Trouble(name: "lost answers", fault: .answerLost, loseAnswers: true),
            Trouble(name: "slow", fault: .slow(.milliseconds(700))),
            Trouble(name: "a web page", fault: .html),
            Trouble(name: "400", fault: .status(400)),
        ]
        // After a refusal of the key the connector waits for minutes.
        static let longTroubles = [Trouble(name: "401", fault: .status(401))]

        @Test(arguments: TortureTests.isFull ? troubles + longTroubles : troubles)
        func `trouble of the API delays records and loses none`(_ trouble: Trouble) async throws {
            let site = try await SimulatedSite()
            var behaviour = Behaviour.first(2, trouble.fault)
            if TortureTests.isFull {
                behaviour.firstCount = nil
                behaviour.window = .zero..<Self.outage
            }
            let batchSize = 50
            let process = try await site.startOnline(["CDR_BATCH_SIZE": "\(batchSize)"])
            site.api.setBehaviour(behaviour)
            let began = ContinuousClock.now
            try await site.playing(rate: Self.rate) {
                try await eventually("the API was in trouble", within: Self.outage + .seconds(60)) {
                    site.api.statistics.faults >= 2 && (!TortureTests.isFull || .now - began > Self.outage)
                }
            }
            // libcurl repeats a request of its own accord when a connection used before is reset.
            let explained = trouble.loseAnswers ? site.api.statistics.faults * batchSize : 0
            let audit = try await site.settle(process, explainedRepeats: explained, losesNothing: true)
            if trouble.loseAnswers { #expect(audit.repeated > 0) }
            #expect(audit.rekeyed == 0)
            TortureTests.report("API, \(trouble.name)", "\(site.api.statistics.faults) faults; \(audit)")
        }

        private static let outage = Duration.seconds(TortureTests.size(1, full: 60))

        @Test func `an API that goes away and comes back gets everything`() async throws {
            let site = try await SimulatedSite()
            let files = site.directory
            let start = { @Sendable (port: UInt16) -> Result<SimulatedAPI, any Error> in
                var settings = SimulatedAPI.Configuration()
                settings.port = port
                settings.logFile = files.file("api.jsonl")
                return Result { try SimulatedAPI(settings) }
            }
            let first = try await Thread.run("api-start") { start(0) }.get()
            let port = first.port
            let process = try await site.startOnline(["API_URL": first.url])
            var second: SimulatedAPI?
            try await site.playing(rate: Self.rate) {
                try await eventually("something was delivered") { first.statistics.distinct > 0 }
                try await Thread.run("api-stop") { first.stop() }
                try await process.line(containing: "delivery failed", within: .seconds(30))
                second = try await Thread.run("api-start") { start(port) }.get()
            }
            let api = try #require(second)
            // What it took while it went away may not have been answered.
            let explained = 4 * 200
            let audit = try await site.settle(process, explainedRepeats: explained, losesNothing: true)
            #expect(api.statistics.distinct > 0)
            try await Thread.run("api-stop") { api.stop() }
            TortureTests.report("API, gone", "\(audit)")
        }

        @Test
        func `poison becomes a dead letter and its neighbours arrive`() async throws {
            let site = try await SimulatedSite()
            let process = try await site.startOnline(["CDR_BATCH_SIZE": "100"])
            var down = Behaviour()
            down.faults = [.status(503, retryAfter: "1")]
            site.api.setBehaviour(down)
            try await site.pbx.play(calls: TortureTests.size(30, full: 3000))
            var generator = SplitMix64(seed: TortureTests.seed)
            let emitted = try FileContents.read(site.directory.file("pbx.jsonl"), limit: 1 << 30)
                .split(separator: ASCII.newline).compactMap { try JSONParser.parse($0)["uniqueid"]?.string }
            var poison = Behaviour()
            let victims = emitted.shuffled(using: &generator).prefix(TortureTests.size(2, full: 30))
            poison.poisonIDs = Set(victims)
            site.api.setBehaviour(poison)
            try await eventually("all is delivered or dead", within: .seconds(TortureTests.size(120, full: 900))) {
                try await site.records("waiting", of: process) == 0
            }
            let audit = try await site.settle(process, explainedRepeats: 0, losesNothing: true)
            #expect(audit.dead == emitted.count { poison.poisonIDs.contains($0) })
            TortureTests.report("poison", "\(victims.count) uniqueids; \(audit)")
        }
    }
}
