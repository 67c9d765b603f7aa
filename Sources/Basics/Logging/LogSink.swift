import Glibc

/// Where the log of a process goes: lines in one form, from a level upwards.
///
/// A warning or error that repeats within a minute is not written again but counted, and the count is written with the
/// next one as `repeated=N`.
package final class LogSink: Sendable {
    private struct Key: Hashable {
        let component: String
        let message: String
    }

    private struct Repetition {
        var since: ContinuousClock.Instant
        var count: Int
    }

    private struct State {
        var level: LogLevel
        var repetitions: [Key: Repetition] = [:]
        var recent: [LogEntry] = []
    }

    private static let quietTime = Duration.seconds(60)
    private static let maximumKeys = 256
    /// How many warnings and errors `recent` has.
    package static let recentCount = 20

    private let state: Lock<State>
    private let format: LogFormat
    private let output: @Sendable ([UInt8]) -> Void

    package init(
        level: LogLevel = .info,
        format: LogFormat = .text,
        output: @escaping @Sendable ([UInt8]) -> Void = LogSink.writeToStandardError
    ) {
        state = Lock(State(level: level))
        self.format = format
        self.output = output
    }

    /// Standard error, in one write so that lines of two processes do not mix.
    package static let writeToStandardError: @Sendable ([UInt8]) -> Void = { bytes in
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
    }

    package var level: LogLevel {
        get { state.withLock { $0.level } }
        set { state.withLock { $0.level = newValue } }
    }

    /// The last warnings and errors that are in the log, the oldest first; one that repeats is there once.
    package var recent: [LogEntry] { state.withLock { $0.recent } }

    func write(
        _ level: LogLevel,
        _ component: String,
        _ message: String,
        _ fields: [Logger.Field],
        collapsing: Bool = true
    ) {
        let now = ContinuousClock.now
        let time = Timestamp.now()
        let repeated: Int? = state.withLock { state in
            guard level >= state.level else { return nil }
            if level >= .warning {
                let entry = LogEntry(time: time, level: level, component: component, message: message, fields: fields)
                Self.keep(entry, collapsing, in: &state)
            }
            guard level >= .warning, collapsing else { return 0 }
            return Self.repetitions(of: Key(component: component, message: message), at: now, in: &state)
        }
        guard let repeated else { return }
        let fields = repeated > 0 ? fields + [.init("repeated", repeated)] : fields
        let line = LogLine(time: time, level: level, component: component, message: message, fields: fields)
        output(line.bytes(as: format))
    }

    private static func keep(_ entry: LogEntry, _ collapsing: Bool, in state: inout State) {
        var entry = entry
        let index = state.recent.lastIndex { $0.component == entry.component && $0.message == entry.message }
        if collapsing, let index { entry.count += state.recent.remove(at: index).count }
        if state.recent.count == recentCount { state.recent.removeFirst() }
        state.recent.append(entry)
    }

    /// How often this message was kept back before now; `nil` to keep it back too.
    private static func repetitions(of key: Key, at now: ContinuousClock.Instant, in state: inout State) -> Int? {
        if let known = state.repetitions[key], now - known.since < quietTime {
            state.repetitions[key]?.count += 1
            return nil
        }
        let count = state.repetitions[key]?.count ?? 0
        if state.repetitions.count >= maximumKeys { state.repetitions.removeAll() }
        state.repetitions[key] = Repetition(since: now, count: 0)
        return count
    }
}
