import Basics
package import Redis

/// Decides in Redis, together with other instances, and from the picture in memory while Redis is away.
///
/// **Picture.** `EmbeddedEngine` has all that this instance and, by the messages of `cid:grants`, the others did, also on the
/// disk. It decides while Redis is away; with several instances each gives its own share of the numbers only.
///
/// **Guarantee.** An answer of Redis counts only as long as the picture did not give the number meanwhile. So one instance
/// gives no number twice and none above its limits, whatever Redis does: hang, lose its data, answer late. What several
/// instances promise is in docs/callerid.md.
///
/// **States.** Redis decides, or it is away: from the first decision without an answer, the end of the connection, or an
/// answer that the data is gone, until Redis is back and knows all that was done without it. A probe may come at once, after
/// three failures each second.
package final class SharedEngine: Service {
    package struct Configuration: Sendable {
        package var redis: RedisConfiguration
        package var prefix = ""
        package var policy: SelectionPolicy
        /// The longest wait for Redis in a decision.
        package var timeout = Duration.milliseconds(150)
        /// Whether the picture decides while Redis is away.
        package var servesAway = true
        /// Where the place of this instance among all of them is kept.
        package var directory: String

        package init(_ redis: RedisConfiguration, policy: SelectionPolicy, directory: String) {
            self.redis = redis
            self.policy = policy
            self.directory = directory
        }
    }

    /// What decisions depend on.
    struct State {
        var instances: InstanceList
        /// Whether Redis knew everything at least once.
        var wasBack = false
        /// Whether decisions without Redis are allowed since the start, as a first attempt has failed.
        var hasFailed = false
        /// Failures in a row.
        var failures = 0
        /// Why Redis is away; `nil` while it decides.
        var error: String?
        /// Whether Redis may lack more than what is unreported.
        var needsAll = true
        /// Whether the picture may lack what others did.
        var needsReading = true
        var numbersToRead: Set<Digits> = []
        var info: RedisInfo?
        /// The settings in which others differed when Redis was back last.
        var policyDifferences: [String] = []
    }

    package let name = "shared"
    let configuration: Configuration
    let picture: EmbeddedEngine
    let engine: RedisEngine
    let client: RedisClient
    let numbers: SharedNumbers
    let clock: RedisClock
    let state: Lock<State>
    /// Rung when Redis is away.
    let wake: WakeSignal
    /// Rung when others changed numbers.
    let readSignal = WakeSignal()
    let own: String
    let conflicts: Counter
    let log: Logger
    private let begin = ContinuousClock.now

    init(_ parts: SharedEngineParts, _ picture: EmbeddedEngine, log: Logger) {
        configuration = parts.configuration
        self.picture = picture
        engine = parts.engine
        client = parts.client
        numbers = parts.numbers
        clock = parts.clock
        wake = parts.wake
        own = parts.instance
        conflicts = parts.metrics.conflicts
        self.log = log
        state = Lock(State(instances: InstanceList(own: parts.instance, directory: configuration.directory)))
    }

    // MARK: Decisions

    /// Decides which number a call shows.
    ///
    /// Does not block.
    ///
    /// - Parameter completion: called exactly once: before this returns, or on the thread of the connection to Redis.
    func select(_ request: SelectionRequest, completion: @escaping @Sendable (Result<Selection, Undecided>) -> Void) {
        decide(
            completion,
            inRedis: { [engine] in engine.select(request, completion: $0) },
            here: { [picture] in picture.selectAway(request, $0, begins: $1) },
            isUsable: { [picture] answer in
                guard case .granted(let grant) = answer else { return true }
                // A repeated answer can be about a number that was given here meanwhile.
                return !picture.isUnreported(grant.number)
            }
        )
    }

    /// Finds the number that a trunk shows; otherwise as `select`.
    func lookUp(_ lookup: TrunkLookup, completion: @escaping @Sendable (Result<TrunkNumber?, Undecided>) -> Void) {
        decide(
            completion,
            inRedis: { [engine] in engine.lookUp(lookup, completion: $0) },
            here: { [picture] in picture.lookUpAway(lookup, $0, begins: $1) },
            isUsable: { _ in true }
        )
    }

    /// Ends a reservation before its time; otherwise as `select`.
    func release(
        _ number: Digits,
        holder: String?,
        wasUnused: Bool,
        completion: @escaping @Sendable (Bool) -> Void
    ) {
        let here = { @Sendable [picture] (begins: Bool) in
            picture.releaseAway(number, holder: holder, wasUnused: wasUnused, begins: begins)
        }
        if let isReleased = here(false) { return completion(isReleased) }
        engine.release(number, holder: holder, wasUnused: wasUnused) { [self] result in
            switch result {
            case .success(let decision):
                succeeded()
                if let event = decision.event { picture.follow(event) }
                completion(decision.answer)
            case .failure(let error):
                failed(error)
                completion(here(true) ?? false)
            }
        }
    }

    private func decide<Answer: Sendable>(
        _ completion: @escaping @Sendable (Result<Answer, Undecided>) -> Void,
        inRedis: (@escaping RedisEngine.Completion<RedisEngine.Decision<Answer>>) -> Void,
        here: @escaping @Sendable (NumberShare?, _ begins: Bool) -> Answer?,
        isUsable: @escaping @Sendable (Answer) -> Bool
    ) {
        if picture.isAway, let answer = answer(here, begins: false) { return completion(answer) }
        inRedis { [self] result in
            switch result {
            case .success(let decision):
                succeeded()
                if let event = decision.event {
                    clock.show(event.time)
                    if picture.adopt(event) { return completion(.success(decision.answer)) }
                } else if isUsable(decision.answer) {
                    return completion(.success(decision.answer))
                }
            case .failure(let error): failed(error)
            }
            completion(answer(here, begins: true) ?? .failure(.redis))
        }
    }

    /// Decides from the picture, where that is allowed; `nil` when Redis decides again.
    private func answer<Answer>(
        _ here: (NumberShare?, _ begins: Bool) -> Answer?,
        begins: Bool
    ) -> Result<Answer, Undecided>? {
        switch share() {
        case .failure(let reason):
            if begins { picture.goAway() }
            return .failure(reason)
        case .success(let share):
            defer { if begins { wake.ring() } }
            return here(share, begins).map { .success($0) }
        }
    }

    /// The numbers that this instance may give without Redis, `nil` for all.
    private func share() -> Result<NumberShare?, Undecided> {
        let (share, wasBack, hasFailed) = state.withLock { ($0.instances.share, $0.wasBack, $0.hasFailed) }
        guard wasBack || hasFailed else { return .failure(.starting) }
        guard configuration.servesAway else { return .failure(.redis) }
        guard share.count > 1 else { return .success(nil) }
        // Others may have given numbers while this one did not run.
        let wait = Duration.seconds(configuration.policy.reservationSeconds)
        guard wasBack || ContinuousClock.now - begin >= wait else { return .failure(.redis) }
        return .success(share)
    }

    private func succeeded() { state.withLock { if $0.failures > 0 { $0.failures = 0 } } }

    /// Notes that Redis did not decide.
    func failed(_ error: RedisEngineError) {
        picture.goAway()
        let isFirst = state.withLock { state in
            state.failures += 1
            state.hasFailed = true
            if error == .empty { state.needsAll = true }
            defer { state.error = "\(error)" }
            return state.error == nil || (!state.wasBack && state.failures == 1)
        }
        if isFirst {
            let way = configuration.servesAway ? "memory" : "nothing"
            log.warning("caller IDs without Redis", [.init(own: "decided_from", way), .init(own: "error", "\(error)")])
        }
        wake.ring()
    }

    // MARK: State

    /// Waits until Redis decides, or until it is known why it does not.
    func settled(within limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        while picture.isAway, problem == nil, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Why Redis does not decide; `nil` while it does.
    package var problem: String? { state.withLock { $0.error } }

    /// Whether calls get no number because Redis is away.
    var isUndecided: Bool {
        guard picture.isAway, case .failure = share() else { return false }
        return true
    }

    /// The instances seen last, with this one.
    var instanceCount: Int { state.withLock { $0.instances.share.count } }

    /// What Redis says of itself, at most 5 s old; `nil` while it is away.
    var info: RedisInfo? { state.withLock { $0.info } }
}
