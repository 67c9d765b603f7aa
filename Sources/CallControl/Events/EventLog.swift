import HTTP

/// The newest events with their audiences, for clients that were away; bounded in number and in bytes.
struct EventLog: Sendable {
    struct Entry: Sendable {
        let event: PushedEvent
        let audience: EventAudience
    }

    struct Limits: Sendable {
        var events = 100_000
        var bytes = 64 << 20
    }

    private let limits: Limits
    private var entries: [Entry] = []
    private var head = 0
    private var bytes = 0
    /// The last number that is not in the log: what came before it is forgotten.
    private(set) var floor: Int

    /// - Parameter floor: the last number that was given before the log began.
    init(floor: Int, limits: Limits = Limits()) {
        self.floor = floor
        self.limits = limits
    }

    var count: Int { entries.count - head }

    mutating func append(_ entry: Entry) {
        entries.append(entry)
        bytes += Self.cost(of: entry)
        while count > limits.events || bytes > limits.bytes, head < entries.count {
            bytes -= Self.cost(of: entries[head])
            floor = entries[head].event.id
            head += 1
        }
        if head > 1024, head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
    }

    /// The entries behind a number, in order; at most `limit`.
    func entries(after number: Int, limit: Int) -> ArraySlice<Entry> {
        var (low, high) = (head, entries.count)
        while low < high {
            let middle = low + (high - low) / 2
            if entries[middle].event.id <= number { low = middle + 1 } else { high = middle }
        }
        return entries[low..<min(low + limit, entries.count)]
    }

    /// The JSON, and as much again for the frame that clients share.
    private static func cost(of entry: Entry) -> Int { 2 * entry.event.json.count + 256 }
}
