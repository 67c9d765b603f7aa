import Basics
import HTTP

/// What Redis has not confirmed: events in order, and the newest values of keys that no event has; bounded.
///
/// **Invariants.** Events are given out, and given out again after `rewind`, in the order of their numbers. Above the
/// limits the oldest ones that were not given out are dropped: a gap is in their place, and the newest value of each key
/// stays. The values of a key are given out in the order in which they came.
struct RedisBacklog: Sendable {
    /// An event to write, or what is in the place of events that were dropped.
    struct Entry: Sendable {
        enum Content: Sendable {
            case event(PushedEvent, RedisNames.Kind, EventObject?, Range<Int>)
            /// The events behind `from`, up to the number of the entry, were dropped.
            case gap(from: Int)
        }

        let number: Int
        let content: Content
        fileprivate(set) var isSent = false
        fileprivate(set) var isDone = false
        /// Whether Redis said that it did not write it.
        fileprivate(set) var isUnwritten = false
        /// How often Redis refused it for what it is.
        fileprivate(set) var refusals = 0

        fileprivate var size: Int {
            if case .event(let event, _, _, _) = content { event.json.count + 128 } else { 128 }
        }
    }

    struct Value: Sendable, Equatable {
        let bytes: [UInt8]
        let life: EventObject.Life
    }

    struct Limits: Sendable {
        var events = 10_000
        var bytes = 64 << 20
        var values = 50_000
    }

    /// How often Redis may refuse an event before it is dropped.
    private static let mostRefusals = 3

    private let limits: Limits
    /// Given out and not confirmed.
    private var flying: [Entry] = []
    private var gap: (from: Int, to: Int)?
    private var waiting: [Entry] = []
    private var head = 0
    private var bytes = 0
    private var values: [String: Value] = [:]
    /// The number of the newest event that waits, by key.
    private var newest: [String: Int] = [:]
    /// Events that were dropped, since the start.
    private(set) var dropped = 0
    /// Whether values were lost, so that all are to be written again.
    private(set) var lacksValues = false

    init(limits: Limits = Limits()) { self.limits = limits }

    /// What waits or is not confirmed.
    var count: Int { flying.count + waiting.count - head + values.count }

    mutating func append(_ event: PushedEvent, _ kind: RedisNames.Kind, _ object: (EventObject, Range<Int>)?) {
        if let key = object?.0.key {
            newest[key] = event.id
            values[key] = nil
        }
        let entry = Entry(number: event.id, content: .event(event, kind, object?.0, object?.1 ?? 0..<0))
        waiting.append(entry)
        bytes += entry.size
        while waiting.count - head > limits.events || bytes > limits.bytes, head < waiting.count { dropFirst() }
    }

    private mutating func dropFirst() {
        guard let entry = popWaiting() else { return }
        lose(entry)
        gap = (gap?.from ?? entry.number - 1, entry.number)
    }

    private mutating func popWaiting() -> Entry? {
        guard head < waiting.count else { return nil }
        let entry = waiting[head]
        bytes -= entry.size
        head += 1
        if head == waiting.count {
            (waiting, head) = ([], 0)
        } else if head > 1024, head * 2 > waiting.count {
            waiting.removeFirst(head)
            head = 0
        }
        return entry
    }

    /// Counts an event that Redis will not get, and keeps the value that it has for a key.
    private mutating func lose(_ entry: Entry) {
        guard case .event(let event, _, let object, let range) = entry.content else { return }
        dropped += 1
        guard let object, newest[object.key] == entry.number else { return }
        newest[object.key] = nil
        put(object.key, Value(bytes: Array(event.json[range]), life: object.life))
    }

    private mutating func finish(_ entry: Entry) {
        guard case .event(_, _, let object?, _) = entry.content, newest[object.key] == entry.number else { return }
        newest[object.key] = nil
    }

    // MARK: Values

    /// Has a value written, unless an event that waits has a newer one.
    mutating func put(_ key: String, _ value: Value) {
        guard newest[key] == nil else { return }
        guard values.count < limits.values || values[key] != nil else {
            lacksValues = true
            return
        }
        values[key] = value
    }

    /// Has a value written that was given out, unless there is a newer one.
    mutating func putBack(_ key: String, _ value: Value) {
        lacksValues = true
        if values[key] == nil { put(key, value) }
    }

    /// All values are written again from now on.
    mutating func beginValues() { lacksValues = false }

    /// Values to write now; none while events that may have older ones are to be given out again.
    mutating func takeValues(_ limit: Int) -> [(key: String, value: Value)] {
        guard flying.allSatisfy(\.isSent) else { return [] }
        let taken = values.prefix(max(0, limit)).map { (key: $0.key, value: $0.value) }
        for (key, _) in taken { values[key] = nil }
        return taken
    }

    // MARK: Events

    /// Gives out the next events.
    mutating func take(_ limit: Int) -> [Entry] {
        var taken: [Entry] = []
        for index in flying.indices where !flying[index].isSent && taken.count < limit {
            flying[index].isSent = true
            taken.append(flying[index])
        }
        if let (from, to) = gap, taken.count < limit {
            taken.append(fly(Entry(number: to, content: .gap(from: from))))
            gap = nil
        }
        while taken.count < limit, let entry = popWaiting() { taken.append(fly(entry)) }
        return taken
    }

    private mutating func fly(_ entry: Entry) -> Entry {
        var entry = entry
        entry.isSent = true
        flying.append(entry)
        return entry
    }

    /// Redis has written an event.
    mutating func confirm(_ number: Int) {
        guard let index = flying.firstIndex(where: { $0.number == number }) else { return }
        flying[index].isDone = true
        let done = flying.prefix { $0.isDone }
        for entry in done { finish(entry) }
        flying.removeFirst(done.count)
    }

    /// Redis did not write an event, and said so.
    ///
    /// - Parameter isFinal: whether it would refuse it again.
    mutating func refuse(_ number: Int, isFinal: Bool) {
        guard let index = flying.firstIndex(where: { $0.number == number }) else { return }
        flying[index].isUnwritten = true
        if isFinal { flying[index].refusals += 1 }
    }

    /// Begins again behind the last number that Redis has; to be called when no event is on its way.
    ///
    /// - Returns: whether events were lost whose numbers Redis has already, so that no gap can be in their place.
    mutating func rewind(to last: Int) -> Bool {
        var isLost = false
        let old = flying
        flying = []
        for var entry in old {
            let isWritten = entry.isSent && entry.number <= last && !entry.isUnwritten
            if entry.isDone || isWritten {
                finish(entry)
            } else if entry.number <= last || entry.refusals >= Self.mostRefusals {
                isLost = true
                lose(entry)
            } else {
                (entry.isSent, entry.isUnwritten) = (false, false)
                flying.append(entry)
            }
        }
        if let gap, gap.to <= last {
            isLost = true
            self.gap = nil
        }
        while head < waiting.count, waiting[head].number <= last, let entry = popWaiting() {
            isLost = true
            lose(entry)
        }
        return isLost
    }

    /// Drops everything, because another one writes.
    mutating func removeAll() {
        dropped += flying.count + waiting.count - head
        (flying, gap, waiting, head, bytes) = ([], nil, [], 0, 0)
        (values, newest) = ([:], [:])
        lacksValues = true
    }
}
