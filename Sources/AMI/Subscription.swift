import Basics

/// Which of a client's events one consumer wants, and the ring from which it takes them.
struct Subscription: Sendable {
    let ring: EventRing
    /// The classes that a login requests.
    let classes: [String]
    /// The first lines of the wanted events; `nil` for all events.
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

/// All subscriptions of a client; any thread may add, remove or serve them.
final class Subscriptions: Sendable {
    private struct State {
        var all: [Subscription] = []
        var isFinished = false
    }

    private let state = Lock(State())

    var all: [Subscription] { state.withLock { $0.all } }

    /// The classes of all subscriptions, each once, for the header `Events` of a login.
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

    /// Delivers a gap to each subscription, at its place among the events.
    func declare(_ gap: Gap) { for subscription in all { subscription.ring.append(gap) } }

    /// Ends the rings of all subscriptions, also of those that are added later.
    func finish() {
        state.withLock { state in
            state.isFinished = true
            for subscription in state.all { subscription.ring.finish() }
        }
    }
}
