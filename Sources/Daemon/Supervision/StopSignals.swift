package import Basics
import Glibc

/// The signals by which a service is stopped or told to read its settings again.
///
/// SIGTERM and SIGINT stop it in order, within 5 s; a second one ends the process at once. Signals count from the moment
/// this is made.
package struct StopSignals: Sendable {
    private let signals: AsyncStream<Int32>
    private let stops: AsyncStream<Never>
    private let stop: AsyncStream<Never>.Continuation

    package init() async {
        signals = await Signals.stream(SIGTERM, SIGINT, SIGHUP)
        (stops, stop) = AsyncStream.makeStream(of: Never.self)
    }

    /// Acts on signals from now on; to be called once.
    ///
    /// - Parameter reload: called on SIGHUP.
    package func watch(_ log: Logger, reload: @escaping @Sendable () -> Void) {
        Task {
            await handle(log, reload)
            stop.finish()
        }
    }

    /// Waits for the first signal to stop, or until the task is cancelled.
    package func stopped() async { for await _ in stops {} }

    /// Returns on a signal to stop; after that, the next signal ends the process.
    private func handle(_ log: Logger, _ reload: () -> Void) async {
        var iterator = signals.makeAsyncIterator()
        while let number = await iterator.next(isolation: nil) {
            guard number == SIGHUP else {
                log.info("stopping, a second signal ends at once", [.init("signal", number)])
                StopDeadline.start(log)
                break
            }
            reload()
        }
        let rest = signals
        Task {
            for await number in rest where number != SIGHUP { _exit(ExitCode.failure.rawValue) }
        }
    }
}
