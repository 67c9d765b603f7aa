/// When the records that are in no batch arrived, by the monotonic clock: one entry for each append.
struct Arrivals {
    private struct Entry {
        let last: Int
        let instant: ContinuousClock.Instant
    }

    private var entries: [Entry] = []
    private let opened = ContinuousClock.now

    /// The most entries: after this many appends, no batch waits to fill.
    private static let limit = 1024

    /// When the first record arrived; records of an earlier run count from the start of this one.
    var oldest: ContinuousClock.Instant { entries.first?.instant ?? opened }

    mutating func note(upTo last: Int, at instant: ContinuousClock.Instant) {
        guard entries.count < Self.limit else { return }
        entries.append(Entry(last: last, instant: instant))
    }

    mutating func forget(before first: Int) {
        if let index = entries.firstIndex(where: { $0.last >= first }) {
            entries.removeFirst(index)
        } else {
            entries.removeAll()
        }
    }
}
