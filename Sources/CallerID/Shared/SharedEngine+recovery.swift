import Basics
import Redis

/// How Redis comes back: it learns what was done without it, and the picture learns what others did.
extension SharedEngine {
    private static let timeout = Duration.seconds(2)
    /// How long the others, which may try every other second, have to report what they did without Redis.
    private static let patience = Duration.milliseconds(2500)
    /// The failures after which Redis is asked once a second only.
    private static let circuit = 3

    /// Brings Redis back whenever it is away, until cancelled.
    func recover() async {
        while !Task.isCancelled {
            guard picture.isAway || !client.isConnected else {
                await wake.wait()
                continue
            }
            let isBack = await attempt()
            guard !isBack else { continue }
            let failures = state.withLock { $0.failures }
            let isWaiting = !client.isConnected || failures < Self.circuit
            try? await Task.sleep(for: isWaiting ? .milliseconds(50) : .seconds(1))
        }
    }

    private func attempt() async -> Bool {
        guard client.isConnected else {
            lostConnection()
            return false
        }
        do throws(RedisEngineError) {
            let reported = try await synchronise()
            guard let reported else { return false }
            let wasAway = state.withLock { state in
                defer { (state.error, state.wasBack, state.hasFailed) = (nil, true, true) }
                return state.error != nil
            }
            if wasAway { log.info("caller IDs decided in Redis again", [.init("reported", reported)]) }
            await comparePolicies()
            return true
        } catch {
            failed(error)
            return false
        }
    }

    private func lostConnection() {
        picture.goAway()
        state.withLock { $0.needsAll = true }
        let error = client.lastError
        if state.withLock({ $0.wasBack || error != nil }) {
            let isKnown = state.withLock { $0.error != nil }
            if !isKnown { failed(.redis(error ?? .notConnected)) }
            state.withLock { state in
                state.hasFailed = true
                if let error { state.error = "\(error)" }
            }
        }
    }

    /// Reports to Redis until it knows everything, and lets it decide; returns how many numbers were reported.
    ///
    /// - Returns: `nil` when another instance is filling Redis.
    private func synchronise() async throws(RedisEngineError) -> Int? {
        try await checkSchema()
        var presence = try await signIn()
        var reported = 0
        if presence.generation.isEmpty {
            guard try await fill() else { return nil }
            presence = try await signIn()
            guard !presence.generation.isEmpty else { return nil }
        }
        if state.withLock({ $0.needsAll }) {
            // Versions of a Redis that lost its data begin again, and reach the known one with other numbers.
            numbers.missedVersion()
            try await compareNumbers(presence.version)
            let reports = picture.reports(all: true)
            try await report(reports)
            reported += reports.count
            try await readUses(of: picture.knownNumbers)
            engine.expect(generation: presence.generation)
            state.withLock { ($0.needsAll, $0.needsReading) = (false, false) }
            await waitForOthers()
        } else {
            try await numbers.push()
        }
        while !picture.resume() {
            let reports = picture.reports(all: false)
            try await report(reports)
            reported += reports.count
        }
        return reported
    }

    /// Lets the instances that lost Redis too report before this one takes numbers of their shares from Redis.
    ///
    /// Meanwhile this instance gives numbers of its own share.
    private func waitForOthers() async {
        let (wasBack, count) = state.withLock { ($0.wasBack, $0.instances.share.count) }
        guard wasBack, count > 1, configuration.servesAway else { return }
        try? await Task.sleep(for: Self.patience)
    }

    private func report(_ reports: [EmbeddedEngine.Report]) async throws(RedisEngineError) {
        let count = try await engine.merge(reports, zone: configuration.policy.zone)
        picture.reported(reports)
        guard count > 0 else { return }
        conflicts.add(count)
        log.warning("caller IDs reserved twice while Redis was away", [.init("numbers", count)])
    }

    /// Signs in, and notes who else is there.
    @discardableResult
    func signIn() async throws(RedisEngineError) -> RedisEngine.Presence {
        let begin = ContinuousClock.now
        let presence = try await engine.signIn(own)
        // A Redis that is this slow would only make calls wait.
        guard ContinuousClock.now - begin < configuration.timeout else { throw .redis(.timedOut) }
        clock.show(presence.time)
        let (share, former) = state.withLock { state in
            let former = state.instances.share
            if state.instances.note(presence.instances, at: .now) { state.needsReading = true }
            return (state.instances.share, former)
        }
        if share != former {
            let directory = configuration.directory
            await Thread.runAnyway("instances") { InstanceList.write(share, directory: directory) }
        }
        return presence
    }

    private func checkSchema() async throws(RedisEngineError) {
        let reply = try await send(RedisCommand("GET", configuration.prefix + "cid:schema"))
        guard let schema = reply.integer, schema > RedisScripts.schema else { return }
        throw .newer(schema)
    }

    func send(_ command: RedisCommand) async throws(RedisEngineError) -> RedisValue {
        do throws(RedisError) {
            return try await client.send(command, within: Self.timeout)
        } catch {
            throw .redis(error)
        }
    }

    // MARK: Numbers

    /// Fills a Redis that has no numbers, or has lost them; false when another instance is doing it.
    private func fill() async throws(RedisEngineError) -> Bool {
        let lock = configuration.prefix + "cid:lock:fill"
        guard try await send(RedisCommand("SET", lock, own, "NX", "PX", 10_000)) != .null else { return false }
        let begin = ContinuousClock.now
        let records = try await storedNumbers()
        numbers.refill(records)
        try await numbers.push()
        try await report(picture.reports(all: true))
        try await engine.open(generation: own + "-\(Timestamp.now().microseconds)")
        _ = try await send(RedisCommand("DEL", lock))
        log.info(
            "Redis filled with caller IDs",
            [.init("numbers", records.count), .init(own: "duration", (ContinuousClock.now - begin).formatted)]
        )
        return true
    }

    private func storedNumbers() async throws(RedisEngineError) -> [NumberRecord] {
        do throws(CallerIDStoreError) { return try await picture.numbers() } catch { throw .store(error) }
    }

    /// Makes the list of numbers here and in Redis the same.
    func compareNumbers(_ version: Int) async throws(RedisEngineError) {
        guard numbers.version != version else { return try await numbers.push() }
        let difference = try await numbers.compare(try await storedNumbers())
        try await takeOver(difference)
        numbers.knows(version: version)
        try await numbers.push()
    }

    func takeOver(_ difference: SharedNumbers.Difference) async throws(RedisEngineError) {
        guard !difference.records.isEmpty || !difference.removed.isEmpty else { return }
        do throws(CallerIDStoreError) {
            try await picture.takeOver(difference.records, removed: difference.removed)
        } catch {
            throw .store(error)
        }
        // Others may have used them before they are known here.
        try await readUses(of: difference.records.map(\.number))
    }

    /// Brings what Redis knows of the use of numbers into the picture.
    func readUses(of numbers: [Digits]) async throws(RedisEngineError) {
        for first in stride(from: 0, to: numbers.count, by: 1000) {
            picture.learn(try await engine.uses(of: Array(numbers[first..<min(first + 1000, numbers.count)])))
        }
    }
}
