package import Basics

/// Tells the service manager that the program works, as long as all parts of it do.
///
/// On a thread of its own, so that it can still say which part stands still when all others wait. It looks four times in
/// the interval of the service manager; a part that stood still for half of it is named in the log, and the service
/// manager hears nothing until it goes on. So the log has the name half an interval before the end, at least a quarter.
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
    ///   - interval: the service manager ends what it has not heard of for so long.
    ///   - works: tells it.
    package init(interval: Duration, parts: [WatchedPart], log: Logger, works: @escaping @Sendable () -> Void) {
        self.interval = interval
        self.parts = parts
        self.log = log
        self.works = works
        state = Lock(State(check: ProgressCheck(patience: interval / 2)))
    }

    /// Watches until cancelled.
    package func run() async throws {
        let wakeup = try EventFD()
        try await withTaskCancellationHandler {
            try await Thread.run("watchdog") { [self] in
                repeat {
                    look(at: .now)
                } while Poll.wait(for: .read, on: wakeup.descriptor, timeout: interval / 4) == .timedOut
            }
        } onCancel: {
            wakeup.signal()
        }
        try Task.checkCancellation()
    }

    /// One look at all parts.
    package func look(at now: SuspendingClock.Instant) {
        let signs = parts.map { $0.sign() }
        let (stuck, before) = state.withLock { state in
            let before = state.stuck
            state.stuck = state.check.stuck(signs, at: now)
            return (state.stuck, before)
        }
        if stuck.isEmpty { works() }
        if !stuck.isEmpty, stuck != before {
            // Not as a repetition: whoever waits for a part may be named half a second before it.
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
