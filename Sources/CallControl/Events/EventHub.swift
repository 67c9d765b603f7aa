import Basics
import HTTP

/// Numbers events, keeps the newest, and hands each to the clients that may see it.
///
/// **Invariants.**
/// - A client that gives the last id it has gets all later events that it may see, in order, without a hole or a
///   repeat: first from the log, at the pace at which it takes them, then as they come. Is its id older than the log, or
///   none that was given, it gets `system:gap`, and has to read the lists again.
/// - Rights are looked at for every event: those of now, against the audience that the event had when it happened.
/// - Within a connection no event comes twice, whatever a client asks for and from where.
/// - A slow client is cut off and delays nobody; no call blocks.
///
/// `publish` may be called with other locks held; the hub calls nothing but its clients and the closures of `listen`,
/// which must not call the hub.
final class EventHub: Sendable {
    private struct State {
        var log: EventLog
        var numbers: EventNumbers
        var listeners: [ObjectIdentifier: HubListener] = [:]
        var isReserving = false
        var outlet: (any EventOutlet)?
    }

    /// The most events that are handed to a client before it has taken them.
    ///
    /// Fewer than those above which a queue drops what newer events replace.
    private static let portion = 32
    /// The most events that are looked at for a client at a time.
    private static let stretch = 2000

    private let state: Lock<State>
    /// Stores that numbers up to this one may be given.
    private let reserve: @Sendable (_ upTo: Int, _ done: @escaping @Sendable (Bool) -> Void) -> Void
    private let now: @Sendable () -> Timestamp
    private let figures: EventFigures

    /// - Parameters:
    ///   - reserved: the highest number that an earlier run has reserved; 0 for none.
    ///   - reserve: stores the highest number that may be given, and then says whether it did; called on any thread, must
    ///     not block. Numbers are given even when it fails: then only the clock keeps the next run from giving them again.
    convenience init(
        reserved: Int,
        now: @escaping @Sendable () -> Timestamp = { .now() },
        figures: EventFigures = .unregistered(),
        reserve: @escaping @Sendable (_ upTo: Int, _ done: @escaping @Sendable (Bool) -> Void) -> Void
    ) {
        self.init(reserved: reserved, limits: EventLog.Limits(), now: now, figures: figures, reserve: reserve)
    }

    init(
        reserved: Int,
        limits: EventLog.Limits,
        now: @escaping @Sendable () -> Timestamp = { .now() },
        figures: EventFigures = .unregistered(),
        reserve: @escaping @Sendable (_ upTo: Int, _ done: @escaping @Sendable (Bool) -> Void) -> Void
    ) {
        let numbers = EventNumbers(reserved: reserved, at: now())
        state = Lock(State(log: EventLog(floor: numbers.last, limits: limits), numbers: numbers))
        self.now = now
        self.figures = figures
        self.reserve = reserve
    }

    /// The number of the last event; what is read now is as new as all events up to it.
    var last: Int { state.withLock { $0.numbers.last } }

    var listenerCount: Int { state.withLock { $0.listeners.count } }

    /// Hands all events from now on to an outlet too.
    func connect(_ outlet: any EventOutlet) { state.withLock { $0.outlet = outlet } }

    /// The numbers of the next events are above this one.
    func raise(above number: Int) { state.withLock { $0.numbers.raise(above: number) } }

    /// Publishes an event about an object.
    ///
    /// - Parameters:
    ///   - data: writes the object as it is now.
    ///   - members: adds the members behind `timestamp`.
    func publish(
        _ type: String,
        to audience: EventAudience,
        about object: EventObject,
        data: (inout JSONWriter) -> Void,
        members: (inout JSONWriter) -> Void = { _ in }
    ) {
        var range = 0..<0
        publish(type, to: audience, object: { (object, range) }) { json in
            members(&json)
            json.key("data")
            let start = json.bytes.count
            data(&json)
            range = start..<max(start, json.bytes.count)
            json.required("redisKey", object.key)
        }
    }

    /// Publishes an event that is about no object.
    ///
    /// - Parameter write: adds the members behind `timestamp`, above all `data`.
    func publish(_ type: String, to audience: EventAudience, _ write: (inout JSONWriter) -> Void) {
        publish(type, to: audience, object: { nil }, write)
    }

    /// - Parameter object: called after `write`.
    private func publish(
        _ type: String,
        to audience: EventAudience,
        object: () -> (EventObject, Range<Int>)?,
        _ write: (inout JSONWriter) -> Void
    ) {
        let begun = ContinuousClock.now
        let block = state.withLock { state -> Int? in
            let event = event(type, state.numbers.next(), audience, write)
            state.log.append(EventLog.Entry(event: event, audience: audience))
            state.outlet?.take(event, object())
            for listener in state.listeners.values where listener.isLive {
                offer(event, audience, to: listener, &state)
            }
            guard state.numbers.needsBlock, !state.isReserving else { return nil }
            state.isReserving = true
            return state.numbers.nextReserve
        }
        figures.published.add()
        figures.fanout.observe((ContinuousClock.now - begun) / .seconds(1))
        guard let block else { return }
        reserve(block) { [self] isStored in
            state.withLock { state in
                state.isReserving = false
                if isStored { state.numbers.didReserve(upTo: block) }
            }
        }
    }

    private func event(
        _ type: String,
        _ number: Int,
        _ audience: EventAudience,
        _ write: (inout JSONWriter) -> Void
    ) -> PushedEvent {
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        json.required("id", number)
        json.required("v", 1)
        json.required("eventType", type)
        json.required("timestamp", Int(now().microseconds / 1000))
        write(&json)
        json.endObject()
        let key = audience.object.isEmpty ? nil : "\(type) \(audience.object[...].text)"
        return PushedEvent(id: number, type: type, key: key, json: json.bytes)
    }

    /// Sends an event to a client that may see it; false when the client gets no more.
    @discardableResult
    private func offer(
        _ event: PushedEvent,
        _ audience: EventAudience,
        to listener: HubListener,
        _ state: inout State
    ) -> Bool {
        guard listener.filter.includes(event, audience) else { return false }
        switch listener.standing() {
        case .viewer(let viewer): return audience.includes(viewer) && listener.client.send(event)
        case .ended(let code):
            end(listener, code, &state)
            return false
        }
    }

    /// Forgets a client whose login has ended.
    private func end(_ listener: HubListener, _ code: String, _ state: inout State) {
        state.listeners[ObjectIdentifier(listener.client)] = nil
        figures.drop(code == CallsFailure.tokenExpired.rawValue ? .expired : .revoked)
        listener.end(code)
    }

    /// Begins to send events to a client.
    ///
    /// - Parameter position: the last event that the client has; `nil` for those from now on.
    func listen(
        _ client: any EventClient,
        _ filter: EventFilter,
        after position: Int?,
        standing: @escaping @Sendable () -> HubListener.Standing,
        end: @escaping @Sendable (_ code: String) -> Void
    ) {
        let id = ObjectIdentifier(client)
        state.withLock { state in
            let last = state.numbers.last
            let known = position ?? last
            var listener = HubListener(client, filter, after: known, standing: standing, end: end)
            if known < state.log.floor || known > last {
                listener.skip(to: last)
                client.send(gap(from: known, to: last))
            }
            state.listeners[id] = listener
        }
        goOn(client)
    }

    /// Changes what a client gets.
    ///
    /// - Parameters:
    ///   - start: what it did not get of the events behind this one follows; `nil` for those from now on.
    ///   - change: makes the new filter of the old one; called with a lock held.
    /// - Returns: the last event of all; `nil` for a client that does not listen.
    @discardableResult
    func ask<Failure: Error>(
        _ client: any EventClient,
        after start: Int?,
        _ change: (EventFilter) throws(Failure) -> EventFilter
    ) throws(Failure) -> Int? {
        let last = try state.withLock { state throws(Failure) -> Int? in
            let id = ObjectIdentifier(client)
            guard var listener = state.listeners[id] else { return nil }
            let (last, floor) = (state.numbers.last, state.log.floor)
            listener.ask(for: try change(listener.filter), after: start, last: last, floor: floor)
            if let start, start < max(floor, listener.horizon) || start > last {
                listener.skip(to: last)
                client.send(gap(from: start, to: last))
            }
            state.listeners[id] = listener
            return last
        }
        // Else it goes on when the client has taken what waits.
        if client.waiting == 0 { goOn(client) }
        return last
    }

    /// Tells one client that what came between is not known any more.
    private func gap(from: Int, to last: Int) -> PushedEvent {
        event("system:gap", last, EventAudience(scope: .all)) { json in
            json.gap("the events between are no longer kept; read the lists again", from: from, to: last)
        }
    }

    /// Sends what follows from the log, until the client has enough for now; to be called when it has taken that.
    func goOn(_ client: any EventClient) {
        while state.withLock({ state in advance(ObjectIdentifier(client), &state) }) {}
    }

    /// Looks at the next stretch of the log; true when another one is to be looked at.
    private func advance(_ id: ObjectIdentifier, _ state: inout State) -> Bool {
        guard let listener = state.listeners[id], !listener.isLive else { return false }
        guard listener.position >= state.log.floor else {
            // It took so little that the log went over it.
            state.listeners[id]?.skip(to: state.numbers.last)
            listener.client.send(gap(from: listener.position, to: state.numbers.last))
            return false
        }
        let entries = state.log.entries(after: listener.position, limit: Self.stretch)
        var sent = 0
        for entry in entries {
            state.listeners[id]?.advance(to: entry.event.id)
            if !listener.had(entry.event, entry.audience), offer(entry.event, entry.audience, to: listener, &state) {
                sent += 1
            }
            if sent == Self.portion { return false }
        }
        if entries.count < Self.stretch { state.listeners[id]?.goLive() }
        return entries.count == Self.stretch
    }

    /// Sends no more events to a client.
    func leave(_ client: any EventClient) {
        state.withLock { $0.listeners[ObjectIdentifier(client)] = nil }
    }

    /// Ends the connections of all clients whose logins have ended.
    func checkLogins() {
        for listener in state.withLock({ Array($0.listeners.values) }) {
            guard case .ended(let code) = listener.standing() else { continue }
            state.withLock { state in
                guard state.listeners[ObjectIdentifier(listener.client)] != nil else { return }
                end(listener, code, &state)
            }
        }
    }
}
