/// Finds the parts of the program that make no progress.
///
/// A part is stuck when, for the whole of `limit`, it had work to do, had nothing outside of the program to wait
/// for, and did none of the work. The clock is the one that the service manager uses: it does not count the time for
/// which the machine sleeps.
package struct ProgressCheck: Sendable {
    /// The state of a part at one moment.
    package struct Sign: Sendable {
        package let part: String
        /// Rises with each turn of its work.
        package let turns: Int
        /// Whether it has nothing to do, or waits for something outside of the program.
        package let isExcused: Bool

        package init(_ part: String, turns: Int, isExcused: Bool = false) {
            self.part = part
            self.turns = turns
            self.isExcused = isExcused
        }
    }

    private struct Mark {
        var turns: Int
        var since: SuspendingClock.Instant
    }

    private let limit: Duration
    private var marks: [String: Mark] = [:]

    package init(limit: Duration) { self.limit = limit }

    /// The parts that are stuck, in the order of `signs`.
    package mutating func stuck(_ signs: [Sign], at now: SuspendingClock.Instant) -> [String] {
        var stuck: [String] = []
        for sign in signs {
            if let mark = marks[sign.part], mark.turns == sign.turns, !sign.isExcused {
                if now - mark.since >= limit { stuck.append(sign.part) }
            } else {
                marks[sign.part] = Mark(turns: sign.turns, since: now)
            }
        }
        return stuck
    }
}
