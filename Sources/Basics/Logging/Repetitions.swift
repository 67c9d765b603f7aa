/// Holds back warnings and errors that repeat too soon; it has no clock and no output of its own.
///
/// Of the repetitions within a minute of a written line, the last one is held back with the count of the others. It is
/// written when the minute is over, whether or not more follow, so no repetition goes unreported.
struct Repetitions {
    /// A line to write, and how many repetitions before it were not written.
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
        /// The last repetition that is held back; it counts the others.
        var kept: Line?
    }

    private static let quietTime = Duration.seconds(60)
    private static let maximumKeys = 256

    private var entries: [Key: Entry] = [:]

    /// Takes a line and returns the lines to write now, which may include it.
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

    /// Returns all lines that are held back, and forgets everything.
    mutating func end() -> [Line] {
        defer { entries = [:] }
        return entries.values.compactMap(\.kept).sorted { $0.time < $1.time }
    }
}
