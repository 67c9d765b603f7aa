package import Basics

/// Reports to the service manager that the program works, while all parts of it make progress.
///
/// It runs on its own thread, so that it can still name a stalled part when all others wait. It checks four times in
/// the interval of the service manager. A part without progress for half of it is named in the log, and the service
/// manager gets no report until the part continues. So the log has the name half an interval before the process is
/// ended, at least a quarter.
package final class Watchdog: Service {
    package let name = "watchdog"

    private struct State {
        var check: ProgressCheck
        var stuck: [String] = []
    }

    private let interval: Duration
    private let parts: [WatchedPart]
    private let log: Logger
    private let works: @Sendable () -> Void
    private let state: Lock<State>

    /// - Parameters:
    ///   - interval: the service manager ends the process after this time without a report.
    ///   - works: sends a report.
    package init(interval: Duration, parts: [WatchedPart], log: Logger, works: @escaping @Sendable () -> Void) {
        self.interval = interval
        self.parts = parts
        self.log = log
        self.works = works
        state = Lock(State(check: ProgressCheck(limit: interval / 2)))
    }

    /// Watches until cancelled; throws when the system refuses an eventfd or a thread.
    package func run() async throws {
        let wakeup = try EventFD()
        try await withTaskCancellationHandler {
            try await Thread.run("watchdog") { [self] in
                repeat {
                    check(at: .now)
                } while Poll.wait(for: .read, on: wakeup.descriptor, timeout: interval / 4) == .timedOut
            }
        } onCancel: {
            wakeup.signal()
        }
        try Task.checkCancellation()
    }

    /// Checks all parts once.
    package func check(at now: SuspendingClock.Instant) {
        let signs = parts.map { $0.sign() }
        let (stuck, before) = state.withLock { state in
            let before = state.stuck
            state.stuck = state.check.stuck(signs, at: now)
            return (state.stuck, before)
        }
        if stuck.isEmpty { works() }
        if !stuck.isEmpty, stuck != before {
            // Not collapsed with earlier lines: a part that waits for the stalled one may be named half a second before
            // it.
            log.error(
                "component stalled, the service manager ends the process soon",
                [.init(own: "parts", stuck.joined(separator: ",")), .init(own: "for", (interval / 2).formatted)],
                collapsing: false
            )
        }
        if stuck.isEmpty, !before.isEmpty {
            log.warning("components recovered", [.init(own: "parts", before.joined(separator: ","))])
        }
        for part in parts { part.prompt() }
    }
}
