package import Basics

/// A client of Asterisk's manager interface: keeps one connection alive, delivers events to subscribers, sends actions.
///
/// **Format.** AMI is text over TCP or TLS (main/manager.c): Asterisk greets with one line; after that both sides send
/// messages, `Name: value` lines with a blank line at the end. A message that begins with `Event:` is an event, one
/// that begins with `Response:` answers the action that has the same `ActionID`. `MessageDecoder` splits the bytes into
/// messages, `ConnectionState` decides what a message means; neither does I/O.
///
/// **Invariants.**
/// - Each subscriber has its own ring, with one consumer. The events that it asked for leave the ring in the order of
///   the socket, in batches.
/// - A time in which events could have been missed is delivered as a gap, at its place among the events. A lost session
///   and a message over the limit are gaps for all subscribers, since the message could have been anything; a full ring
///   is a gap for its subscriber only. A gap begins at the last byte received.
/// - The reader waits for nothing but the socket, because Asterisk ends sessions that do not read. So a slow subscriber
///   loses its own events, and other subscribers lose none.
/// - An action sent after `subscribe` returned reaches Asterisk when the subscription is already in force: a consumer
///   that queries a state and then follows its changes misses none in between.
/// - Memory is bounded: by the rings, the size of a message, and the items of a list.
/// - It reconnects indefinitely, with jitter; a refused login is retried slowly.
///
/// ```swift
/// let client = AMIClient(configuration, log: log)
/// let ring = client.subscribe(events: ["Cdr", "CEL"])
/// let running = Task { try await client.run() }
/// for await delivery in ring {
///     switch delivery {
///     case .events(let batch): for index in 0..<batch.count { handle(batch[index]) }
///     case .gap(let gap): declare(gap)
///     }
/// }
/// let reply = try await client.send(AMIAction("Ping"))
/// ```
package final class AMIClient: Service {
    struct State {
        var connection: Connection?
        var isOnline = false
        var greeting = ""
        var lastError: AMIError?
        var logins = 0
        var since: Timestamp?
        /// Since when events could be missed, and why; `nil` while logged in and before the first login of a first run.
        var absence: (since: Timestamp, cause: Gap.Cause)?
        /// Since when events are missing because the last session ended, and why.
        var ending: (since: Timestamp, cause: Gap.Cause)?
        /// The time up to which the session missed nothing.
        var completeUntil: Timestamp?
        var lastID = 0
        var waiting: [Int: (action: String, answer: Promise<Result<AMIReply, AMIError>>)] = [:]
    }

    package let name = "ami"

    private let configuration: Configuration
    private let instruments: Instruments
    private let log: Logger
    private let state = Lock(State())
    private let subscribers = Subscriptions()

    package init(_ configuration: Configuration, instruments: Instruments = .unregistered(), log: Logger) {
        self.configuration = configuration
        self.instruments = instruments
        self.log = log
        if let since = configuration.missingSince { state.withLock { $0.absence = (since, .processDown) } }
    }

    package var status: Status {
        state.withLock { $0.status }
    }

    /// Delivers events and gaps from now on; the ring ends once the client has stopped and its content was taken.
    ///
    /// Does not block. A new class is requested only at the next login, so subscribe before `run` where it matters.
    ///
    /// - Parameters:
    ///   - events: the names of the events, compared without case; `nil` for all. Others are dropped on arrival.
    ///   - classes: the classes of manager.conf to which the events belong; the user needs the right to read them. A
    ///     login requests the classes of all subscribers, and no events while there are no subscribers.
    ///   - capacity: the most bytes of events that may wait for the consumer.
    package func subscribe(
        events: [String]?,
        classes: [String] = ["cdr", "call"],
        capacity: Int = 64 << 20
    ) -> EventRing {
        let subscription = Subscription(events: events, classes: classes, capacity: capacity)
        subscribers.add(subscription)
        subscriptionsChanged()
        return subscription.ring
    }

    /// Ends a subscription: the content of its ring is dropped, and its consumer gets `nil`.
    package func unsubscribe(_ ring: EventRing) {
        subscribers.remove(ring)
        subscriptionsChanged()
    }

    /// An accepted login reads the current subscriptions; after that, the connection is notified of changes.
    private func subscriptionsChanged() {
        state.withLock { $0.isOnline ? $0.connection : nil }?.subscriptionsChanged()
    }

    /// The gaps that are still open: the client is not logged in, or a ring has no room.
    ///
    /// Here they end now; they are declared once they are over. Empty before the first login of a first run.
    package var gapsUnderWay: [Gap] {
        let now = Timestamp.now()
        let absence = state.withLock { $0.absence }
        let away = absence.map { Gap(cause: $0.cause, from: min($0.since, now), to: now, events: 0) }
        return ([away] + subscribers.all.map(\.ring.lossUnderWay)).compactMap { $0 }
    }

    /// The time up to which nothing is missing and all received events are in the rings or were taken from them; `nil`
    /// while not logged in.
    ///
    /// It moves with received bytes, not with time: while the peer is silent, it does not change.
    package var completeUntil: Timestamp? { state.withLock { $0.isOnline ? $0.completeUntil : nil } }

    /// Connects, and reconnects, until cancelled; then logs off and lets the consumers take what is left.
    package func run() async throws {
        var backoff = configuration.backoff
        var refusalDelay = configuration.refusalDelay.first
        var generator = SplitMix64()
        defer { subscribers.finish() }
        while !Task.isCancelled {
            let error = await connectOnce()
            guard !Task.isCancelled, let error else { break }
            var delay = backoff.next(using: &generator)
            if wasOnline(error) {
                backoff.reset()
                refusalDelay = configuration.refusalDelay.first
            }
            if error.isRefusal {
                delay = refusalDelay
                refusalDelay = min(refusalDelay * 2, configuration.refusalDelay.last)
            }
            report(error, retryIn: delay)
            try await Task.sleep(for: delay)
        }
    }

    /// Sends an action and waits for its answer; a list is returned as a whole.
    ///
    /// Any number of tasks may call it at once.
    ///
    /// - Parameter limit: how long the complete answer may take.
    /// - Throws: `notConnected`, `connectionLost`, `actionRefused`, `unanswered`, or `listTooLong`.
    ///   Cancelling the task does not take the action back, nor end the wait.
    package func send(_ action: AMIAction, within limit: Duration = .seconds(30)) async throws(AMIError) -> AMIReply {
        let promise = Promise<Result<AMIReply, AMIError>>()
        let target = state.withLock { state -> (connection: Connection, id: Int)? in
            guard state.isOnline, let connection = state.connection else { return nil }
            state.lastID += 1
            state.waiting[state.lastID] = (action.name, promise)
            return (connection, state.lastID)
        }
        guard let target else { throw .notConnected }
        target.connection.send(action, id: target.id, until: .now + limit)
        return try await promise.value.get()
    }

    /// Runs one connection from beginning to end; `nil` when it was stopped.
    private func connectOnce() async -> AMIError? {
        let connection: Connection
        do throws(AMIError) {
            connection = try Connection(configuration: configuration, instruments: instruments, owner: self)
        } catch {
            return error
        }
        state.withLock { $0.connection = connection }
        let error = await withTaskCancellationHandler { () -> AMIError? in
            do throws(SystemError) {
                return try await Thread.run("ami-reader") { connection.run() }
            } catch {
                return .network(.system(error))
            }
        } onCancel: {
            connection.stop()
        }
        instruments.connected.value = 0
        let orphans = state.withLock { state in
            state.connection = nil
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for orphan in orphans { orphan.answer.fulfil(.failure(.connectionLost(action: orphan.action))) }
        return error
    }

    /// Records the end of a connection; returns whether it had been logged in.
    private func wasOnline(_ error: AMIError) -> Bool {
        state.withLock { state in
            defer {
                state.isOnline = false
                state.lastError = error
            }
            if state.isOnline {
                state.since = .now()
                state.absence = state.ending ?? (.now(), .disconnected)
            }
            state.ending = nil
            state.completeUntil = nil
            return state.isOnline
        }
    }

    private func report(_ error: AMIError, retryIn delay: Duration) {
        let fields = [
            Logger.Field(own: "host", configuration.host), .init("port", configuration.port), .init("error", error),
            .init(own: "retry_in", delay.formatted),
        ]
        if error.isRefusal {
            instruments.refusals.add()
            log.error("login refused", fields)
        } else {
            instruments.failures.add()
            log.warning("no connection to Asterisk", fields)
        }
    }

    /// Delivers a gap to all subscribers, in the place of the missing events.
    private func declare(_ gap: Gap) {
        instruments.lostEvents.add(gap.events)
        subscribers.declare(gap)
    }
}

extension AMIClient: Connection.Owner {
    func connected(greeting: String) {
        let absence = state.withLock { state in
            state.isOnline = true
            state.greeting = greeting
            state.lastError = nil
            state.logins += 1
            state.since = .now()
            defer { state.absence = nil }
            return state.absence
        }
        instruments.connected.value = 1
        instruments.connections.add()
        log.info(
            "logged in",
            [
                .init(own: "host", configuration.host), .init("port", configuration.port),
                .init("greeting", greeting), .init(own: "user", configuration.credentials.username),
            ]
        )
        guard let absence else { return }
        let now = Timestamp.now()
        declare(Gap(cause: absence.cause, from: min(absence.since, now), to: now, events: 0))
    }

    var eventMask: String { subscribers.eventMask }

    var subscriptions: [Subscription] { subscribers.all }

    func received(_ batch: EventBatch, for ring: EventRing) {
        switch ring.append(batch) {
        case .accepted:
            instruments.deliveredEvents.add(batch.count)
            instruments.lastEvent.value = Double(batch.receivedAt.seconds)
        case .refused(let isFirst):
            instruments.lostEvents.add(batch.count)
            guard isFirst else { return }
            log.error(
                "events lost, spool too slow; check the disk of SPOOL_DIR",
                [.init("waiting_bytes", ring.bytes)]
            )
        case .cancelled: break
        }
    }

    func skippedMessages(_ count: Int, since: Timestamp) {
        instruments.skippedMessages.add(count)
        let now = Timestamp.now()
        declare(Gap(cause: .oversized, from: min(since, now), to: now, events: count))
    }

    func isComplete(until moment: Timestamp) { state.withLock { $0.completeUntil = moment } }

    func isMissing(since: Timestamp, _ cause: Gap.Cause) { state.withLock { $0.ending = (since, cause) } }

    func stoodStill(_ standstill: Standstill) {
        log.warning(
            "process resumed",
            [.init("subject", standstill.subject.rawValue), .init("stood_still", standstill.duration.formatted)],
            collapsing: false
        )
    }

    func replied(to id: Int, _ result: Result<AMIReply, AMIError>) {
        state.withLock { $0.waiting.removeValue(forKey: id) }?.answer.fulfil(result)
    }
}
