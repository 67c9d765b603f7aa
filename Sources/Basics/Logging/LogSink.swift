import Glibc

/// Writes the log lines of a process in one format, from a minimum level upwards.
///
/// A warning or error that repeats within a minute is counted instead of written. When the minute is over, the last one
/// is written, with `repeated=N` for the others. Callers' numbers are masked in all lines unless the level is DEBUG.
package final class LogSink: Sendable {
    private struct State {
        var level: LogLevel
        var repetitions = Repetitions()
        var recent: [LogEntry] = []
        var redaction = Redaction([])
    }

    /// The most warnings and errors that `recent` returns.
    package static let recentCount = 20

    private let state: Lock<State>
    private let format: LogFormat
    private let output: @Sendable ([UInt8]) -> Void
    private let clock: @Sendable () -> ContinuousClock.Instant

    /// - Parameters:
    ///   - output: receives each line with its newline, on the thread that logs it.
    ///   - clock: measures the minute.
    package init(
        level: LogLevel = .info,
        format: LogFormat = .text,
        output: @escaping @Sendable ([UInt8]) -> Void = LogSink.writeToStandardError,
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        state = Lock(State(level: level))
        self.format = format
        self.clock = clock
        self.output = output
    }

    /// Writes to standard error, one `write` a line so that lines of two processes do not mix.
    package static let writeToStandardError: @Sendable ([UInt8]) -> Void = { bytes in
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
    }

    package var level: LogLevel {
        get { state.withLock { $0.level } }
        set { state.withLock { $0.level = newValue } }
    }

    /// Replaces these secrets by asterisks in the values of all later lines, at every level.
    ///
    /// The secrets of an earlier call no longer count.
    package func hide(_ secrets: [Secret]) {
        let redaction = Redaction(secrets)
        state.withLock { $0.redaction = redaction }
    }

    /// The last warnings and errors that were logged, the oldest first; one that repeats is listed once.
    ///
    /// Their fields are unmasked, whatever the level: code that shows them must mask them.
    package var recent: [LogEntry] {
        // A copy in separate memory: the thread sanitizer does not see how arrays share theirs.
        state.withLock { $0.recent.map { $0 } }
    }

    /// Writes the repetitions whose minute is over; call it periodically.
    package func flushRepetitions() {
        let now = clock()
        write { $0.repetitions.overdue(at: now) }
    }

    /// Writes all repetitions that are held back; call it when the process is about to end.
    package func finish() { write { $0.repetitions.end() } }

    func write(
        _ level: LogLevel,
        _ component: String,
        _ message: String,
        _ fields: [Logger.Field],
        collapsing: Bool = true
    ) {
        let now = clock()
        let (redaction, least) = state.withLock { ($0.redaction, $0.level) }
        guard level >= least else { return }
        let line = Repetitions.Line(
            time: .now(),
            level: level,
            component: component,
            message: message,
            fields: fields.map { $0.redacted(redaction) }
        )
        write { state in
            guard level >= state.level else { return [] }
            guard level >= .warning else { return [line] }
            Self.keep(line, collapsing, in: &state)
            return collapsing ? state.repetitions.take(line, at: now) : [line]
        }
    }

    private static func keep(_ line: Repetitions.Line, _ collapsing: Bool, in state: inout State) {
        var entry = LogEntry(
            time: line.time,
            level: line.level,
            component: line.component,
            message: line.message,
            fields: line.fields
        )
        let index = state.recent.lastIndex { $0.component == entry.component && $0.message == entry.message }
        if collapsing, let index { entry.count += state.recent.remove(at: index).count }
        if state.recent.count == recentCount { state.recent.removeFirst() }
        state.recent.append(entry)
    }

    private func write(_ choose: (inout State) -> [Repetitions.Line]) {
        let (lines, isComplete) = state.withLock { state in
            let lines = choose(&state)
            return (lines.filter { $0.level >= state.level }, state.level == .debug)
        }
        for line in lines {
            var fields = isComplete ? line.fields : line.fields.map(\.masked)
            if line.repeated > 0 { fields.append(.init("repeated", line.repeated)) }
            let line = LogLine(
                time: line.time,
                level: line.level,
                component: line.component,
                message: line.message,
                fields: fields
            )
            output(line.bytes(as: format))
        }
    }
}
