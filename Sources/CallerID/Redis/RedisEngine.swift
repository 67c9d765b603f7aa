import Basics
package import Redis

/// Decides in Redis, so that any number of instances share the numbers, their counts and reservations.
///
/// **Rules.** Those of `SelectionState`, and the same answers. Differences, all by intention:
/// - the time is that of Redis, and ends of keys are exact to a second;
/// - the reason and the wait of `unavailable` come from the first 1000 numbers that wait, of whatever scope;
/// - the rates of agents and the answers that are repeated have no limit of their own: Redis' memory is the limit.
///
/// **Keys.** `cid:n:{n}`, `cid:ready:…`, `cid:held:…`, `cid:trunk:…`, `cid:wait`, `cid:total`, `cid:lengths`,
/// `cid:req:{id}`, `cid:clock`, `cid:gen`, `cid:schema`, `default_trunk_name`, `reservation:{n}` and
/// `rate_limit:{agent}`, each after the prefix; shared.lua says what is in them. All instances
/// need the same policy: what is stored depends on it.
///
/// **Guarantee.** One call of a script is one decision: nothing else runs in Redis at the same time. A call that fails
/// may have made its decision; its number is then reserved until the reservation ends, and is given to no other call.
///
/// ```swift
/// let engine = RedisEngine(.init(policy: policy), over: client)
/// try await engine.store(numbers)
/// try await engine.open(generation: "1")
/// engine.select(request) { result in … }
/// ```
package final class RedisEngine: Sendable {
    package struct Configuration: Sendable {
        package var policy: SelectionPolicy
        /// What all keys begin with.
        package var prefix = ""
        /// The longest time of a decision.
        package var timeout = Duration.milliseconds(150)
        /// The longest time of a change of at most 100 numbers.
        package var storeTimeout = Duration.seconds(5)
        /// The name of this instance, without blanks, by which others know whose change a message is about.
        package var instance = "-"
        /// The time that Redis should show, by its earlier answers; counts only while the clock of Redis is behind.
        var expectedTime: @Sendable () -> Int64? = { nil }
        /// The time in microseconds since 1970, in the place of that of Redis; only for tests.
        package var testClock: (@Sendable () -> Int64)?

        package init(policy: SelectionPolicy) { self.policy = policy }
    }

    package typealias Completion<Answer> = @Sendable (Result<Answer, RedisEngineError>) -> Void

    /// The numbers of one call of a script, which stops all decisions while it runs.
    static let batch = 100
    /// Members of the sorted sets begin with the id in ten digits.
    static let largestID: Int64 = 9_999_999_999

    private let configuration: Configuration
    private let connection: any RedisConnection
    private let functions = RedisFunctions(RedisScripts.library)
    private let policy: String
    /// The generation that Redis must have; `-` for any.
    private let generation = Lock("-")
    private let hours = Lock<QuotaHours?>(nil)
    /// By how many microseconds the clock of Redis is ahead, as far as it matters.
    private let offset = Lock<Int64>(0)

    package init(_ configuration: Configuration, over connection: some RedisConnection) {
        self.configuration = configuration
        self.connection = connection
        policy = RedisText.policy(configuration.policy)
    }

    /// Brings the scripts to Redis; without it the first call does.
    package func load(over connection: some RedisConnection) async throws(RedisError) {
        try await functions.load(over: connection)
    }

    // MARK: Decisions

    /// Decides which number a call shows.
    ///
    /// Does not block.
    ///
    /// - Parameter completion: called exactly once, on the thread of the connection or before this returns.
    package func select(_ request: SelectionRequest, completion: @escaping Completion<Decision<Selection>>) {
        let words: [any RedisWord] = [
            RedisText.escaped(request.campaign), request.destination.significant.description, request.agent,
            request.holder, request.isRepeatable ? 1 : 0, "\(request.destination.digits)|\(request.agent)",
            RedisText.reservation(request),
        ]
        call("select", words, within: configuration.timeout) { result in
            completion(result.decoded { Selection.decision($0, request) })
        }
    }

    /// Finds the number that a trunk shows; `nil` when it has none and the settings name none.
    ///
    /// Does not block.
    package func lookUp(_ lookup: TrunkLookup, completion: @escaping Completion<Decision<TrunkNumber?>>) {
        let policy = configuration.policy
        let trunk = lookup.trunk.isEmpty ? policy.defaultTrunk : lookup.trunk
        let words = [trunk, lookup.route, lookup.callType].map(RedisText.escaped)
        call("lookup", words, within: configuration.timeout) { result in
            completion(result.decoded { TrunkAnswer($0, to: lookup, policy) }.map { ($0.number, $0.event) })
        }
    }

    /// Ends a reservation before its time; false when there is no such reservation.
    ///
    /// Does not block.
    ///
    /// - Parameters:
    ///   - holder: whose reservation it must be; `nil` ends any.
    ///   - wasUnused: takes the use off the counts of this hour and day.
    package func release(
        _ number: Digits,
        holder: String?,
        wasUnused: Bool = false,
        completion: @escaping Completion<Decision<Bool>>
    ) {
        let words: [any RedisWord] = [
            number.description, holder == nil ? 0 : 1, holder ?? "", wasUnused ? 1 : 0,
        ]
        call("release", words, within: configuration.timeout) { result in
            completion(
                result.decoded { reply -> Decision<Bool>? in
                    switch reply.first?.string {
                    case "ok":
                        (reply.last?.integer).map { time in
                            let event = SelectionEvent.Release(
                                number: number,
                                time: Int64(time),
                                wasUnused: wasUnused
                            )
                            return (true, .released(event))
                        }
                    case "none": (false, nil)
                    default: nil
                    }
                }
            )
        }
    }

    // MARK: Numbers

    /// Adds numbers, or changes those with the same digits, whose counts, last use and reservation stay.
    ///
    /// At most 100 at a time, between which decisions go on; a failure leaves the earlier ones stored.
    package func store(_ numbers: [CallerNumber]) async throws(RedisEngineError) {
        for first in stride(from: 0, to: numbers.count, by: Self.batch) {
            let part = numbers[first..<min(first + Self.batch, numbers.count)]
            var words: [any RedisWord] = [part.compactMap { $0.places.first?.trunk }.last ?? ""]
            for number in part {
                guard 0...Self.largestID ~= number.id else { throw .invalidID(number.id) }
                words += [
                    number.digits.description, "\(number.id)", number.isActive ? 1 : 0,
                    number.hourlyLimit.map { "\($0)" } ?? "", number.dailyLimit.map { "\($0)" } ?? "",
                    number.areaCode.description, number.carrier, RedisText.places(number.places),
                    RedisText.scopes(of: number),
                ]
            }
            try await change("store", words)
        }
    }

    /// Takes numbers out of use; their reservations end by time.
    ///
    /// At most 100 at a time, as in `store`.
    package func remove(_ numbers: [Digits]) async throws(RedisEngineError) {
        for first in stride(from: 0, to: numbers.count, by: Self.batch) {
            try await change("remove", numbers[first..<min(first + Self.batch, numbers.count)].map(\.description))
        }
    }

    private func change(_ script: String, _ words: [any RedisWord]) async throws(RedisEngineError) {
        _ = try await ask(script, words)
    }

    /// Calls a script that answers `ok` and what it found, which is returned.
    func ask(_ script: String, _ words: [any RedisWord]) async throws(RedisEngineError) -> [RedisValue] {
        let promise = Promise<Result<[RedisValue], RedisEngineError>>()
        call(script, words, within: configuration.storeTimeout) { result in
            promise.fulfil(result.decoded { $0.first?.string == "ok" ? Array($0.dropFirst()) : nil })
        }
        return try await promise.value.get()
    }

    /// Allows decisions, which fail with `empty` before; the last step after all numbers are stored.
    package func open(generation: String) async throws(RedisEngineError) {
        let (schema, generations) = (configuration.prefix + "cid:schema", configuration.prefix + "cid:gen")
        do throws(RedisError) {
            let command = RedisCommand("MSET", schema, RedisScripts.schema, generations, generation)
            _ = try await connection.send(command, within: configuration.storeTimeout)
        } catch {
            throw .redis(error)
        }
    }

    /// Decides only while Redis has this generation, and fails with `empty` otherwise.
    func expect(generation: String) { self.generation.withLock { $0 = generation } }

    // MARK: Calls

    /// Calls a script; once more when the clock of Redis is in none of the hours that came with the call.
    private func call(
        _ script: String,
        _ words: [any RedisWord],
        isRetry: Bool = false,
        within limit: Duration,
        completion: @escaping @Sendable (Result<[RedisValue], RedisEngineError>) -> Void
    ) {
        let deadline = ContinuousClock.now + limit
        let test = configuration.testClock.map { $0() }
        let now = test ?? Timestamp.now().microseconds
        let common: [any RedisWord] = [
            configuration.prefix, test.map { "\($0)" } ?? configuration.expectedTime().map { "~\($0)" } ?? "",
            hourText(at: now + offset.withLock { $0 }),
            "\(policy) \(configuration.instance) \(generation.withLock { $0 })",
        ]
        functions.call(script, arguments: common + words, over: connection, within: limit) { [self] result in
            switch result {
            case .failure(let error): completion(.failure(.redis(error)))
            case .success(let reply):
                guard let parts = reply.array, let kind = parts.first?.string else {
                    return completion(.failure(.invalidReply))
                }
                switch kind {
                case "away": completion(.failure(.empty))
                case "clock":
                    guard !isRetry, let time = parts.last?.integer else { return completion(.failure(.clock)) }
                    offset.withLock { $0 = Int64(time) - now }
                    call(script, words, isRetry: true, within: deadline - .now, completion: completion)
                default: completion(.success(parts))
                }
            }
        }
    }

    private func hourText(at time: Int64) -> String {
        let seconds = Int64(Timestamp(microseconds: time).seconds)
        return hours.withLock { hours in
            if let hours, hours.contains(seconds) { return hours.text }
            let new = QuotaHours(at: seconds, zone: configuration.policy.zone)
            hours = new
            return new.text
        }
    }
}

extension RedisEngine {
    /// As with a completion, for a task; a cancellation does not end the wait, which has a limit.
    package func select(_ request: SelectionRequest) async throws(RedisEngineError) -> Selection {
        let promise = Promise<Result<Selection, RedisEngineError>>()
        select(request) { promise.fulfil($0.map(\.answer)) }
        return try await promise.value.get()
    }

    package func lookUp(_ lookup: TrunkLookup) async throws(RedisEngineError) -> TrunkNumber? {
        let promise = Promise<Result<TrunkNumber?, RedisEngineError>>()
        lookUp(lookup) { promise.fulfil($0.map(\.answer)) }
        return try await promise.value.get()
    }

    package func release(
        _ number: Digits,
        holder: String?,
        wasUnused: Bool = false
    ) async throws(RedisEngineError) -> Bool {
        let promise = Promise<Result<Bool, RedisEngineError>>()
        release(number, holder: holder, wasUnused: wasUnused) { promise.fulfil($0.map(\.answer)) }
        return try await promise.value.get()
    }
}
