import Basics
import HTTP
import Redis

/// Writes the live state and its events to Redis, for programs that read them there.
///
/// **Guarantee.** Events reach a stream and a channel in the order of their numbers, each at most once, together with the
/// object that they are about. None is lost but those that `RedisBacklog` had to drop and those that Redis refuses; then
/// `system:gap` follows. When Redis loses its data, the last events before may come over a channel a second time, under the
/// same numbers.
///
/// **How.** One that writes holds a lock with a token of its own, which each script compares. Events are pipelined over
/// one connection. After any failure nothing is sent until all answers are there or too late; then a new token makes Redis
/// refuse what may still come from before, and the last number in Redis says where to go on.
///
/// **Without Redis** everything else goes on: no call waits for it.
final class RedisPublisher: Service, EventOutlet {
    enum Phase: Sendable, Equatable {
        /// Redis is away, or was not asked yet.
        case away
        /// Another one writes.
        case held
        case leading(token: String)
    }

    struct State {
        var backlog: RedisBacklog
        var phase = Phase.away
        /// Commands without an answer.
        var onTheWay = 0
        /// Whether nothing is sent until the lock is taken anew.
        var isFailing = false
        /// Failures since the last event that was written.
        var failures = 0
        /// What failed last; `nil` while all works.
        var error: String?
        /// Since when another one has the lock.
        var heldSince: ContinuousClock.Instant?

        var isLeading: Bool { if case .leading = phase { true } else { false } }
    }

    /// The most events, and values of keys, whose answers are awaited.
    private static let (mostEvents, mostValues) = (192, 64)

    let name = "redis-publisher"
    let configuration: Configuration
    let client: RedisClient
    let functions: RedisFunctions
    let hub: EventHub
    let state: Lock<State>
    /// Shows all objects as they are now.
    let showObjects: @Sendable (_ show: (EventObject, _ json: [UInt8]) -> Void) -> Void
    let leftovers: Leftovers?
    let instruments: RedisInstruments
    let log: Logger
    /// What the tokens of this one begin with.
    let owner: String
    /// Rung when there may be something to send.
    private let work = WakeSignal()
    /// Rung when the lock is to be taken anew.
    let trouble = WakeSignal()

    init(
        _ redis: RedisConfiguration,
        _ configuration: Configuration,
        _ hub: EventHub,
        leftovers: Leftovers? = nil,
        instruments: RedisInstruments = .unregistered(),
        log: Logger,
        showObjects: @escaping @Sendable (_ show: (EventObject, _ json: [UInt8]) -> Void) -> Void
    ) {
        self.configuration = configuration
        self.hub = hub
        self.log = log.component("calls")
        self.showObjects = showObjects
        self.leftovers = leftovers
        self.instruments = instruments
        var generator = SystemRandomNumberGenerator()
        owner = LoginSession.text(of: 16, using: &generator)
        state = Lock(State(backlog: RedisBacklog(limits: configuration.limits)))
        let functions = RedisFunctions(CallsScripts.library)
        self.functions = functions
        client = RedisClient(
            redis,
            instruments: instruments,
            log: log.component("redis"),
            prepare: { [trouble] connection throws(RedisError) in
                try await Self.load(functions, over: connection)
                trouble.ring()
            },
            onDisconnect: { [trouble] in trouble.ring() }
        )
    }

    /// Brings the scripts to Redis, all of them: one that comes with its first call would come late in the pipeline.
    private static func load(_ functions: RedisFunctions, over connection: RedisPreparation) async throws(RedisError) {
        try await functions.load(over: connection)
        guard functions.mode == .scripts else { return }
        for (name, keys) in [("publish", 3), ("write", 2)] {
            // No lock has an empty token.
            let keys = Array(repeating: "lock:none", count: keys)
            _ = try await functions.call(name, keys: keys, arguments: [""], over: connection, within: .seconds(1))
        }
    }

    // MARK: What is written

    func take(_ event: PushedEvent, _ object: (EventObject, Range<Int>)?) {
        guard let kind = RedisNames.kind(ofType: event.type) else { return }
        let isWritten = state.withLock { state in
            guard state.phase != .held else { return false }
            state.backlog.append(event, kind, object)
            return !state.isFailing
        }
        if isWritten { work.ring() }
    }

    /// Has the value of a key written, without an event.
    func put(_ key: String, _ json: [UInt8], _ life: EventObject.Life) {
        state.withLock { $0.backlog.put(key, RedisBacklog.Value(bytes: json, life: life)) }
        work.ring()
    }

    /// Has all objects written again.
    func putAll() {
        state.withLock { $0.backlog.beginValues() }
        showObjects { object, json in put(object.key, json, object.life) }
    }

    // MARK: Sending

    /// Sends what there is, until cancelled.
    func send() async {
        while !Task.isCancelled {
            await work.wait()
            while sendSome() {}
        }
    }

    /// Sends as much as may be on its way; false when there is nothing, or no place.
    private func sendSome() -> Bool {
        let (token, events, values) = state.withLock { state -> (String, [RedisBacklog.Entry], [Write]) in
            guard case .leading(let token) = state.phase, !state.isFailing else { return ("", [], []) }
            let room = Self.mostEvents + Self.mostValues - state.onTheWay
            let events = state.backlog.take(min(Self.mostEvents, room))
            // Behind the events, which have what is older.
            let values = state.backlog.takeValues(min(Self.mostValues, room - events.count))
            state.onTheWay += events.count + values.count
            return (token, events, values)
        }
        for event in events { publish(event, token) }
        for value in values { write(value, token) }
        return !events.isEmpty || !values.isEmpty
    }

    private typealias Write = (key: String, value: RedisBacklog.Value)

    private func publish(_ entry: RedisBacklog.Entry, _ token: String) {
        let names = configuration.names
        var (keys, kind, object) = ([names.lock, names.lastNumber], RedisNames.Kind.system, [any RedisWord]())
        let json: [UInt8]
        switch entry.content {
        case .event(let event, let ofType, let about, let range):
            (json, kind) = (event.json, ofType)
            if let about {
                keys.append(names.stream(kind))
                keys.append(names.prefix + about.key)
                object = [range.lowerBound, range.upperBound, Self.milliseconds(about.life)]
            }
        case .gap(let from): json = Self.gap(from: from, to: entry.number)
        }
        if keys.count == 2 { keys.append(names.stream(kind)) }
        let stream: [any RedisWord] = [configuration.mostEvents, Int(configuration.eventLife.components.seconds)]
        functions.call(
            "publish",
            keys: keys,
            arguments: [token, entry.number, json, names.channel(kind)] + stream + object,
            over: client,
            within: configuration.timeout
        ) { [self] result in
            finish(result) { state, isWritten in
                if isWritten {
                    state.backlog.confirm(entry.number)
                } else if let isFinal = Self.refusal(result) {
                    state.backlog.refuse(entry.number, isFinal: isFinal)
                }
            }
        }
    }

    private func write(_ write: Write, _ token: String) {
        functions.call(
            "write",
            keys: [configuration.names.lock, configuration.names.prefix + write.key],
            arguments: [token, write.value.bytes, Self.milliseconds(write.value.life)],
            over: client,
            within: configuration.timeout
        ) { [self] result in
            finish(result) { state, isWritten in
                if !isWritten { state.backlog.putBack(write.key, write.value) }
            }
        }
    }

    /// Notes the answer to a command.
    private func finish(_ result: Result<RedisValue, RedisError>, _ note: (inout State, _ isWritten: Bool) -> Void) {
        var error: String?
        switch result {
        case .success(let reply):
            let word = reply.array?.first?.string ?? "nothing"
            if word != "ok" { error = word }
        case .failure(let reason): error = "\(reason)"
        }
        let (isFirst, isTrouble) = state.withLock { state in
            state.onTheWay -= 1
            note(&state, error == nil)
            guard let error else {
                if !state.isFailing { (state.failures, state.error) = (0, nil) }
                return (false, state.isFailing)
            }
            defer { (state.isFailing, state.error) = (true, state.error ?? error) }
            if !state.isFailing { state.failures += 1 }
            return (!state.isFailing && state.failures == 2, true)
        }
        // The first time after a lock that was lost it is no failure.
        if isFirst, let error { log.warning("events not written to Redis, retrying", [.init(own: "error", error)]) }
        if isTrouble { trouble.ring() } else { work.ring() }
    }

    /// Whether Redis will refuse the command again; `nil` when it may have been run.
    private static func refusal(_ result: Result<RedisValue, RedisError>) -> Bool? {
        switch result {
        case .success(let reply): reply.array?.first?.string == "old"
        case .failure(.server(let error)): !["OOM", "LOADING", "BUSY", "MISCONF", "READONLY"].contains(error.code)
        case .failure: nil
        }
    }

    /// The last word of a command that writes a key.
    private static func milliseconds(_ life: EventObject.Life) -> String {
        switch life {
        case .seconds(let seconds): "\(seconds)000"
        case .until(let end): "\(max(1, (end.microseconds - Timestamp.now().microseconds) / 1000))"
        case .endless: ""
        case .over: "0"
        }
    }

    private static func gap(from: Int, to number: Int) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.required("id", number)
        json.required("v", 1)
        json.required("eventType", "system:gap")
        json.milliseconds("timestamp", .now())
        json.gap("more events than could wait for Redis; read the keys again", from: from, to: number)
        json.endObject()
        return json.bytes
    }

    func beginSending() { work.ring() }

    /// Sends the rest; false when nothing is left to wait for.
    func finishSending() -> Bool {
        while sendSome() {}
        return state.withLock { !$0.isFailing && ($0.onTheWay > 0 || $0.backlog.count > 0) }
    }
}
