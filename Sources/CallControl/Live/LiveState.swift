import AMI
import Basics
import LiveCalls

/// The live model of the PBX in the service: events and lists go in, and what changed is published.
///
/// **Invariants.** The model and the numbers of events change together, under one lock: a list of objects that was read
/// with the number `seq`, and the events behind `seq`, give the same as a list read later. Events of a queue go out at
/// most four times a second, the last state always. Any thread may use it; no call blocks.
final class LiveState: Sendable {
    struct State {
        var model: LiveModel
        var sync = SyncState.waiting
        var collector = ListCollector()
        var pending: PendingList?
        /// When each queue was published last, and whether it has changed since.
        var queues: [[UInt8]: QueuePace] = [:]
        var restart: [UInt8] = []
        var rate = EventRate()
        /// Those who wait for something to be seen; each is asked after every change, until it says true.
        var watches: [Int: @Sendable (LiveModel) -> Bool] = [:]
        var lastWatch = 0
        /// Hears each event after the model; must not block.
        var observer: (@Sendable (AMIMessage) -> Void)?
    }

    /// The list that was asked for.
    struct PendingList {
        let list: LiveList
        let reason: SyncReason
        let outcome: Promise<Bool>
    }

    struct QueuePace {
        var publishedAt: LiveTime
        var waits: [[UInt8]]?
    }

    /// Microseconds between two events of a queue.
    private static let queuePause = 250_000
    /// The most queues whose pace is kept.
    private static let mostQueues = 1000

    let state: Lock<State>
    let hub: EventHub
    let clock: LiveClock
    /// What has ended; `nil` keeps nothing.
    private let history: HistoryBuffer?
    private let counters: LiveFigures
    private let log: Logger

    init(
        _ model: LiveModel,
        _ hub: EventHub,
        history: HistoryBuffer? = nil,
        figures: LiveFigures = .unregistered(),
        log: Logger
    ) {
        self.history = history
        state = Lock(State(model: model))
        self.hub = hub
        counters = figures
        self.log = log
        clock = LiveClock()
    }

    var sync: SyncState { state.withLock { $0.sync } }

    /// Applies events in order; lists that were asked for are applied at their place among them.
    ///
    /// - Returns: why the lists are to be read again; `nil` when they need not.
    func apply(_ batch: EventBatch) -> SyncReason? {
        let now = clock.now()
        counters.events.add(batch.count)
        return state.withLock { state in
            state.rate.add(batch.count, at: now)
            var reason: SyncReason?
            for index in 0..<batch.count {
                let event = batch[index]
                switch state.collector.take(event) {
                case .item: break
                case .list(let items, let isComplete): finish(items, isComplete: isComplete, &state, at: now)
                case .event:
                    publish(state.model.apply(event, at: now), &state, at: now)
                    state.observer?(event)
                    reason = Self.reason(event) ?? reason
                }
            }
            state.lookAround()
            return reason
        }
    }

    /// Why an event makes the lists necessary.
    private static func reason(_ event: AMIMessage) -> SyncReason? {
        if event.event.equalsIgnoringCase("FullyBooted") { return .booted }
        guard event.event.equalsIgnoringCase("Reload"), let module = event[.module] else { return nil }
        let isKnown = ["All", "app_queue", "res_pjsip", "app_queue.so", "res_pjsip.so"].contains { name in
            module.elementsEqual(name.utf8)
        }
        return isKnown ? .reload : nil
    }

    private func finish(_ items: [AMIMessage], isComplete: Bool, _ state: inout State, at now: LiveTime) {
        guard let pending = state.pending else { return }
        state.pending = nil
        guard isComplete else { return pending.outcome.fulfil(false) }
        let changes = state.model.apply(items, of: pending.list, at: now)
        if pending.reason.isComparison { noteRepairs(changes, of: pending.list) }
        publish(changes, &state, at: now)
        pending.outcome.fulfil(true)
    }

    private func noteRepairs(_ changes: [LiveChange], of list: LiveList) {
        // The figures of a queue come with its list only.
        let repairs = changes.filter { $0.kind != .queueActivity }
        guard !repairs.isEmpty else { return }
        counters.repairs.add(repairs.count)
        log.warning(
            "live state repaired",
            [
                .init(own: "list", list.kind.end), .init("objects", repairs.count),
                .init("first", repairs[0].id[...].text),
            ]
        )
    }

    // MARK: Lists

    /// To be called before a list is asked for.
    ///
    /// - Returns: whether the list was complete and is applied, once it came or cannot come any more.
    func expect(_ kind: LiveList.Kind, _ reason: SyncReason) -> Promise<Bool> {
        let outcome = Promise<Bool>()
        let old = state.withLock { state in
            defer { state.pending = PendingList(list: state.model.begin(kind), reason: reason, outcome: outcome) }
            return state.pending
        }
        old?.outcome.fulfil(false)
        return outcome
    }

    /// The list that was asked for does not come: it was refused, or events were lost.
    func dropList() {
        let old = state.withLock { state in
            state.collector.reset()
            defer { state.pending = nil }
            return state.pending
        }
        old?.outcome.fulfil(false)
    }

    /// The ids of all bridges, to ask for what is in each.
    var bridgeIDs: [[UInt8]] { state.withLock { $0.model.allBridges.map(\.id) } }

    /// What the PBX says of its start; another one than before ends all calls.
    func noteRestart(_ mark: [UInt8]) {
        let now = clock.now()
        state.withLock { state in
            defer { state.restart = mark }
            guard !state.restart.isEmpty, state.restart != mark else { return }
            publish(state.model.restart(at: now), &state, at: now)
            state.lookAround()
        }
    }

    /// Changes how far the model is the truth, and tells all clients.
    func setSync(_ sync: SyncState) {
        state.withLock { state in
            let old = state.sync
            state.sync = sync
            guard old.word != sync.word, let type = Self.eventType(sync) else { return }
            hub.publish(type, to: EventAudience(scope: .all)) { json in
                json.key("data")
                json.beginObject()
                if case .syncing(let reason) = sync { json.required("reason", reason.rawValue) }
                json.endObject()
            }
        }
    }

    private static func eventType(_ sync: SyncState) -> String? {
        switch sync {
        case .waiting: nil
        case .syncing: "system:syncing"
        case .synced: "system:synced"
        case .down: "system:ami_down"
        }
    }

    /// Ends what ends by time, and publishes queues that wait; to be called four times a second.
    func advance() {
        let now = clock.now()
        state.withLock { state in
            publish(state.model.advance(to: now), &state, at: now)
            for (name, pace) in state.queues {
                guard let extensions = pace.waits, now.monotonic - pace.publishedAt.monotonic >= Self.queuePause
                else { continue }
                publishQueue(name, extensions, &state, at: now)
            }
        }
    }

    // MARK: Publishing

    func publish(_ changes: [LiveChange], _ state: inout State, at now: LiveTime) {
        for change in changes {
            switch change.kind {
            case .queueActivity: pace(change, &state, at: now)
            case .agentStatus: publishAgent(change, state.model)
            case .gap: publishGap()
            default: publishCall(change, state.model, at: now)
            }
        }
    }

    private func pace(_ change: LiveChange, _ state: inout State, at now: LiveTime) {
        if let pace = state.queues[change.id], now.monotonic - pace.publishedAt.monotonic < Self.queuePause {
            state.queues[change.id]?.waits = pace.waits.map { $0.union(change.extensions) } ?? change.extensions
        } else {
            publishQueue(change.id, change.extensions, &state, at: now)
        }
    }

    private func publishQueue(_ name: [UInt8], _ extensions: [[UInt8]], _ state: inout State, at now: LiveTime) {
        if state.queues.count >= Self.mostQueues { state.queues = state.queues.filter { $0.value.waits != nil } }
        state.queues[name] = QueuePace(publishedAt: now)
        let model = state.model
        guard model.queue(name[...]) != nil else { return }
        let audience = EventAudience(extensions: extensions, object: name)
        hub.publish("queue:activity", to: audience, about: .queue(name)) { json in
            model.writeQueue(name[...], into: &json, at: now)
        }
    }

    private func publishAgent(_ change: LiveChange, _ model: LiveModel) {
        guard model.agent(change.id[...]) != nil else { return }
        var data = JSONWriter(capacity: 1024)
        _ = model.writeAgent(change.id[...], into: &data)
        // Clients know it by both names.
        for type in ["agent:status", "extension:status"] {
            let audience = EventAudience(extensions: change.extensions, object: change.id)
            hub.publish(type, to: audience, about: .agent(change.id)) { json in
                json.raw(data.bytes[...])
            } members: { json in
                json.required("extension", change.id[...])
            }
        }
    }

    private func publishCall(_ change: LiveChange, _ model: LiveModel, at now: LiveTime) {
        guard let call = model.call(change.id[...]) else { return }
        history?.note(call, in: model, at: now)
        let audience = EventAudience(extensions: change.extensions, object: change.id)
        hub.publish(change.kind.eventType, to: audience, about: .call(call)) { json in
            model.writeCall(change.id[...], into: &json, at: now)
        } members: { json in
            json.required("callId", change.id[...])
            json.key("extension")
            if call.extension.isEmpty { json.null() } else { json.string(call.extension[...]) }
        }
    }

    private func publishGap() {
        let last = hub.last
        hub.publish("system:gap", to: EventAudience(scope: .all)) { json in
            let reason = "more calls, agents or queues than this service keeps; read the lists again"
            json.gap(reason, from: last, to: last)
        }
    }
}

extension [[UInt8]] {
    /// These names and those that are new, each once.
    fileprivate func union(_ others: [[UInt8]]) -> [[UInt8]] { self + others.filter { !contains($0) } }
}
