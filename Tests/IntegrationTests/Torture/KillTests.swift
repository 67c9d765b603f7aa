import Basics
import Glibc
import Simulation
import TestSupport
import Testing

extension TortureTests {
    /// kill -9: at any moment, also between the API's taking of records and the local acknowledgement.
    @Suite(.enabled(if: TortureTests.runs(under: .address), "the other sanitizer runs it"))
    struct KillTests {
        /// What happens just before a kill.
        enum Moment: CaseIterable {
            /// The connector has written some lines of its log since it started.
            case starting
            /// Some more records were sent to it.
            case working
            /// Requests are under way that the API will neither take nor answer.
            case waiting
            /// The API has taken a request and not answered yet.
            case taken
            /// The API's answer has left.
            case answered
        }

        /// Kills a process when the API comes to an armed moment.
        final class Trap: Sendable {
            private struct State {
                var process: Subprocess?
                var moment = Moment.working
                var hasTaken = false
            }

            private let state = Lock(State())

            func arm(_ process: Subprocess, at moment: Moment) {
                state.withLock { $0 = State(process: process, moment: moment) }
            }

            func reach(_ moment: Moment) {
                let process = state.withLock { state -> Subprocess? in
                    if moment == .taken { state.hasTaken = true }
                    guard moment == state.moment, state.hasTaken else { return nil }
                    defer { state.process = nil }
                    return state.process
                }
                process?.terminate(SIGKILL)
            }
        }

        @Test func `kills at random moments lose nothing silently`() async throws {
            let trap = Trap()
            let site = try await SimulatedSite { _ in
            } api: { api in
                api.didTake = { trap.reach(.taken) }
                api.didAnswer = { trap.reach(.answered) }
            }
            var generator = SplitMix64(seed: TortureTests.seed)
            let kills = TortureTests.size(20, full: 500)
            let batchSize = 40
            let settings = ["CDR_BATCH_SIZE": "\(batchSize)"]
            try await site.playing(rate: 2000) {
                for number in 0..<kills {
                    let moment = Moment.allCases[number % Moment.allCases.count]
                    var behaviour = Behaviour()
                    if moment == .waiting { behaviour.faults = [.hang(.seconds(60))] }
                    site.api.setBehaviour(behaviour)
                    let requests = site.api.statistics.requests
                    let process = try site.start(settings)
                    switch moment {
                    case .starting:
                        let lines = Int.random(in: 0...3, using: &generator)
                        try await eventually("it starts", within: .seconds(20)) { process.lines.count >= lines }
                        process.terminate(SIGKILL)
                    case .working:
                        try await process.line(containing: "ami: logged in")
                        let more = site.written + Int.random(in: 1...500, using: &generator)
                        while site.written < more { try await Task.sleep(for: .milliseconds(1)) }
                        process.terminate(SIGKILL)
                    case .waiting:
                        try await eventually("requests are under way", within: .seconds(20)) {
                            site.api.statistics.requests > requests
                        }
                        process.terminate(SIGKILL)
                    case .taken, .answered: trap.arm(process, at: moment)
                    }
                    #expect(try await process.exitStatus() == .killed(by: SIGKILL))
                }
            }
            let audit = try await site.settle(explainedRepeats: kills * 4 * batchSize)
            #expect(audit.delivered > kills * 20)
            #expect(audit.repeated > 0, "no kill came between an answer and its acknowledgement")
            #expect(audit.rekeyed == 0)
            TortureTests.report("kill -9", "\(kills) kills; \(audit)")
        }
    }
}
