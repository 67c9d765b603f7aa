import Basics

/// What will happen in a live exchange, in order of time; what was planned first comes first.
struct ExchangeAgenda: Sendable {
    enum Step: Sendable, Equatable {
        /// Somebody makes a call that nobody asked for.
        case call
        case answer, refuse, ringOut
        case endWait, endParking
        /// The person at the end of the channel hangs up.
        case leave
        case hold, resume
    }

    struct Entry: Sendable {
        let time: Timestamp
        let step: Step
        let serial: Int
        /// The channel's turn for which it was planned.
        let turn: Int
    }

    /// The latest first.
    private var entries: [Entry] = []

    var next: Timestamp? { entries.last?.time }

    mutating func plan(_ entry: Entry) {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].time > entry.time {
                low = middle + 1
            } else {
                high = middle
            }
        }
        entries.insert(entry, at: low)
    }

    /// The next entry that is due at `time`.
    mutating func due(at time: Timestamp) -> Entry? {
        guard let last = entries.last, last.time <= time else { return nil }
        return entries.popLast()
    }

    mutating func removeAll() { entries = [] }
}
