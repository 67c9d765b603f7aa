package import Basics

/// A simulated PBX that speaks AMI like Asterisk 22 and plays calls, correctly or with faults on demand.
///
/// With `live` in its configuration it has state and obeys actions (`LiveExchange`). Else it plays prepared calls, each at
/// the moment at which it ends: its times agree with each other, and the last one is the time of `clock`.
package final class SimulatedPBX: Sendable {
    private struct State {
        /// `nil` while calls are played.
        var stream: CallStream?
        var port: UInt16 = 0
    }

    private let exchange: PBXExchange
    private let clock: @Sendable () -> Timestamp
    private let state: Lock<State>

    /// - Parameter clock: gives the end time of played calls; the system's clock by default.
    package init(
        _ configuration: PBXConfiguration = PBXConfiguration(),
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws(PBXError) {
        exchange = try PBXExchange(configuration)
        self.clock = clock
        let scenario = CallScenario(
            seed: configuration.seed,
            dialect: configuration.dialect,
            kinds: configuration.kinds
        )
        let stream = CallStream(scenario: scenario, seed: configuration.seed, concurrency: configuration.concurrency)
        state = Lock(State(stream: stream))
    }

    /// The port it listens on; 0 before `start`.
    package var port: UInt16 { state.withLock { $0.port } }

    /// The counts so far.
    package var statistics: PBXStatistics { exchange.statistics }

    /// The log of every CDR and CEL.
    package var log: EmissionLog { exchange.log }

    /// The number of sessions that are logged in.
    package var sessions: Int { exchange.sessions }

    /// The number of channels of a PBX with state.
    package var channels: Int { exchange.live.withLock { $0?.channelCount ?? 0 } }

    /// Starts listening; returns once connections are accepted.
    package func start() async throws(PBXError) {
        guard exchange.phase != .stopped else { throw .stopped }
        let exchange = exchange
        let result: Result<PBXAcceptor, NetworkError>
        do throws(SystemError) {
            result = try await Thread.run("pbx-listen") {
                do throws(NetworkError) { return .success(try PBXAcceptor(exchange)) } catch { return .failure(error) }
            }
        } catch {
            throw .system(error)
        }
        let acceptor: PBXAcceptor
        do throws(NetworkError) { acceptor = try result.get() } catch { throw .cannotListen(error) }
        state.withLock { $0.port = acceptor.port }
        do throws(SystemError) { try exchange.detach("pbx-accept") { acceptor.run() } } catch { throw .system(error) }
    }

    /// Plays calls and waits until each of their events was sent or its session ended; returns the number of events.
    ///
    /// While more than the configured bytes wait in sessions, the calls wait too. Cancelling the task or `stop` ends it
    /// early; the next `play` continues active calls. Calls that a restart interrupts are lost.
    ///
    /// - Parameters:
    ///   - calls: the number of calls; `nil` plays until cancelled or stopped.
    ///   - rate: events per second; `nil` plays as fast as the sessions accept them.
    @discardableResult
    package func play(calls: Int? = nil, rate: Double? = nil) async throws(PBXError) -> Int {
        let player = PBXPlayer(exchange, clock: clock)
        let stream = state.withLock { state in
            defer { state.stream = nil }
            return state.stream
        }
        guard let stream else { throw .alreadyPlaying }
        let played = await withTaskCancellationHandler { () -> Result<(Int, CallStream), SystemError> in
            do throws(SystemError) {
                return .success(
                    try await Thread.run("pbx-player") {
                        var stream = stream
                        let emitted = player.play(&stream, calls: calls, rate: rate)
                        return (emitted, stream)
                    }
                )
            } catch {
                return .failure(error)
            }
        } onCancel: {
            player.cancel()
        }
        do throws(SystemError) {
            let (emitted, rest) = try played.get()
            state.withLock { $0.stream = rest }
            return emitted
        } catch {
            state.withLock { $0.stream = stream }
            throw .system(error)
        }
    }

    /// Activates a fault.
    package func inject(_ fault: PBXFault) { exchange.inject(fault) }

    /// Closes everything and waits until all threads have ended.
    package func stop() async {
        let exchange = exchange
        exchange.stop()
        while exchange.threads > 0 { try? await Task.sleep(for: .milliseconds(5)) }
    }
}
