/// Which warnings and errors came again too soon to be written again, without a clock and an output of its own.
///
/// Of those that come within a minute of a written one the last is kept back, and counted with those before it. It is
/// written when the minute is over, whether more come or not: no repetition goes untold.
struct Repetitions {
    /// A line that is to be written, and how many like it were not.
    struct Line {
        var time: Timestamp
        let level: LogLevel
        let component: String
        let message: String
        var fields: [Logger.Field]
        var repeated = 0
    }

    private struct Key: Hashable {
        let component: String
        let message: String
    }

    private struct Entry {
        var since: ContinuousClock.Instant
        /// The last one of those that are kept back, which counts the others.
        var kept: Line?
    }

    private static let quietTime = Duration.seconds(60)
    private static let maximumKeys = 256

    private var entries: [Key: Entry] = [:]

    /// Takes a line; answers which lines are to be written now, perhaps this one.
    mutating func take(_ line: Line, at now: ContinuousClock.Instant) -> [Line] {
        let key = Key(component: line.component, message: line.message)
        var line = line
        let entry = entries[key]
        line.repeated = entry?.kept.map { $0.repeated + 1 } ?? 0
        if let entry, now - entry.since < Self.quietTime {
            entries[key]?.kept = line
            return []
        }
        let overdue = entry == nil && entries.count >= Self.maximumKeys ? end() : []
        entries[key] = Entry(since: now)
        return overdue + [line]
    }

    /// The lines whose minute is over.
    mutating func overdue(at now: ContinuousClock.Instant) -> [Line] {
        var lines: [Line] = []
        for (key, entry) in entries where now - entry.since >= Self.quietTime {
            entries[key] = entry.kept == nil ? nil : Entry(since: now)
            if let line = entry.kept { lines.append(line) }
        }
        return lines.sorted { $0.time < $1.time }
    }

    /// All lines that are kept back; nothing is known any more.
    mutating func end() -> [Line] {
        defer { entries = [:] }
        return entries.values.compactMap(\.kept).sorted { $0.time < $1.time }
    }
}
