import Basics

/// What one consumer wants of a client's events, and the ring from which it takes them.
struct Subscription: Sendable {
    let ring: EventRing
    /// The classes that a login asks for.
    let classes: [String]
    /// `nil` for all events.
    private let lines: [EventLine]?

    init(events: [String]?, classes: [String], capacity: Int) {
        ring = EventRing(capacity: capacity)
        self.classes = classes
        lines = events.map { $0.map(EventLine.init(name:)) }
    }

    func wants(_ frame: Bytes) -> Bool {
        guard let lines else { return true }
        return lines.contains { $0.matches(frame) }
    }
}

/// All subscriptions of a client, whoever adds, removes or serves them.
final class Subscriptions: Sendable {
    private struct State {
        var all: [Subscription] = []
        var isFinished = false
    }

    private let state = Lock(State())

    var all: [Subscription] { state.withLock { $0.all } }

    /// The classes of all of them for the header `Events` of a login, each once.
    var eventMask: String {
        var classes: [String] = []
        for subscription in all { classes += subscription.classes.filter { !classes.contains($0) } }
        return classes.isEmpty ? "off" : classes.joined(separator: ",")
    }

    func add(_ subscription: Subscription) {
        state.withLock { state in
            state.all.append(subscription)
            if state.isFinished { subscription.ring.finish() }
        }
    }

    func remove(_ ring: EventRing) {
        state.withLock { $0.all.removeAll { $0.ring === ring } }
        ring.cancel()
    }

    /// Delivers a gap to each of them, at its place among the events.
    func declare(_ gap: Gap) { for subscription in all { subscription.ring.append(gap) } }

    /// No more deliveries will come, to those that are added later neither.
    func finish() {
        state.withLock { state in
            state.isFinished = true
            for subscription in state.all { subscription.ring.finish() }
        }
    }
}
