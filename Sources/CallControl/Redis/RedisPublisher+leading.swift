import Basics
import Redis

extension RedisPublisher {
    /// What Redis says to one that wants to write.
    private struct Answer {
        let isHeld: Bool
        let last: Int
        /// Whether the lock and the last number were there: Redis was not emptied.
        let isKept: Bool

        init?(_ reply: RedisValue) {
            let parts = reply.array ?? []
            switch parts.first?.string {
            case "held": (isHeld, last, isKept) = (true, 0, true)
            case "leading" where parts.count == 4:
                guard let number = parts[1].integer, number >= 0 else { return nil }
                (isHeld, last) = (false, number)
                isKept = parts[2].integer == 1 && parts[3].integer == 1
            default: return nil
            }
        }
    }

    /// How long another one may have the lock after a crash of this one, until it counts as one that writes.
    private var patience: Duration { configuration.lease + configuration.renewal }

    func run() async throws {
        // Outlives the cancellation by the time that the last events need.
        let connection = Task { try await client.run() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in await send() }
            group.addTask { [self] in await lead() }
            group.addTask { [self] in await endLeftovers() }
            await group.waitForAll()
        }
        await leave()
        connection.cancel()
        _ = await connection.result
    }

    /// Takes the lock and renews it, until cancelled.
    private func lead() async {
        var renewal = ContinuousClock.now
        var refresh = ContinuousClock.now + configuration.refresh
        while !Task.isCancelled {
            let isSteady = state.withLock { $0.isLeading && !$0.isFailing } && client.isConnected
            // A connection that was prepared accepts commands a moment later.
            await trouble.wait(until: isSteady ? renewal : .now + .milliseconds(100))
            guard !Task.isCancelled else { return }
            guard client.isConnected else {
                state.withLock { if $0.isLeading { $0.isFailing = true } }
                continue
            }
            let (phase, isFailing, onTheWay, failures) = state.withLock {
                ($0.phase, $0.isFailing, $0.onTheWay, $0.failures)
            }
            if case .leading(let token) = phase, !isFailing {
                guard ContinuousClock.now >= renewal else { continue }
                renewal = .now + configuration.renewal
                guard await takeLock(from: token, token) else {
                    state.withLock { $0.isFailing = true }
                    continue
                }
                guard ContinuousClock.now >= refresh else { continue }
                refresh = .now + configuration.refresh
                putAll()
            } else if onTheWay == 0 {
                if phase == .held { try? await Task.sleep(for: configuration.heldPause) }
                if failures > 1 { try? await Task.sleep(for: configuration.retry) }
                guard !Task.isCancelled else { return }
                var generator = SystemRandomNumberGenerator()
                if phase == .away { await checkPolicy() }
                _ = await takeLock(from: owner, owner + "." + LoginSession.text(of: 16, using: &generator))
                renewal = .now + configuration.renewal
            }
        }
    }

    /// Warns when Redis may drop the lock and the numbers of events.
    private func checkPolicy() async {
        guard let reply = try? await client.send(RedisCommand("INFO", "memory"), within: configuration.timeout) else {
            return
        }
        let policy = RedisInfo(reply.string ?? "").evictionPolicy
        guard policy.hasPrefix("allkeys") else { return }
        log.warning("Redis may drop keys of calls when its memory is full", [.init(own: "maxmemory_policy", policy)])
    }

    /// Takes the lock, or renews it; false when Redis did not answer.
    ///
    /// - Parameter old: what the token in the lock may begin with.
    private func takeLock(from old: String, _ new: String) async -> Bool {
        let names = configuration.names
        do throws(RedisError) {
            let reply = try await functions.call(
                "lead",
                keys: [names.lock, names.lastNumber] + names.streams,
                arguments: [old, new, Int(configuration.lease / .milliseconds(1))],
                over: client,
                within: configuration.timeout
            )
            guard let answer = Answer(reply) else { throw .invalidReply("a script of calls") }
            let isNew = old != new
            guard !answer.isHeld else {
                if isNew { noteHolder() }
                return isNew
            }
            begin(new, isNew: isNew, answer)
            return true
        } catch {
            let isFirst = state.withLock { state in
                (state.failures, state.error) = (state.failures + 1, "\(error)")
                return state.failures == 1
            }
            if isFirst, case .server = error {
                log.warning("events not written to Redis, retrying", [.init("error", error)])
            }
            return false
        }
    }

    /// Goes on behind the last number in Redis.
    private func begin(_ token: String, isNew: Bool, _ answer: Answer) {
        // First, so that no event that is published from now on has a number that Redis has.
        hub.raise(above: answer.last)
        let (wasLeading, isLost, isIncomplete) = state.withLock { state in
            let old = state.phase
            var isLost = old == .held
            if isNew {
                if state.backlog.rewind(to: answer.last) { isLost = true }
                state.isFailing = false
            }
            (state.phase, state.heldSince) = (.leading(token: token), nil)
            return (old != .away && old != .held, isLost, state.backlog.lacksValues)
        }
        if !wasLeading { log.info("events are written to Redis", [.init("last", answer.last)]) }
        if wasLeading, !answer.isKept { log.warning("Redis was emptied, all keys are written again") }
        if !wasLeading || isIncomplete || !answer.isKept { putAll() }
        if isLost {
            hub.publish("system:gap", to: EventAudience(scope: .all)) { json in
                let reason = "events were not written to Redis; read the keys again"
                json.gap(reason, from: answer.last, to: answer.last)
            }
        }
        beginSending()
    }

    /// Another one writes: what waits is dropped, at once when it was this one that did before.
    private func noteHolder() {
        let now = ContinuousClock.now
        let isNews = state.withLock { state in
            let since = state.heldSince ?? now
            state.heldSince = since
            guard state.phase != .held, state.isLeading || now - since >= patience else { return false }
            state.backlog.removeAll()
            (state.phase, state.isFailing) = (.held, false)
            return true
        }
        guard isNews else { return }
        log.warning("Redis written by another instance, events are not written")
    }

    /// Waits a second at most for what is on its way, then gives the lock back.
    private func leave() async {
        let deadline = ContinuousClock.now + .seconds(1)
        let token = state.withLock { state -> String? in
            if case .leading(let token) = state.phase, !state.isFailing { token } else { nil }
        }
        guard let token else { return }
        await Task { [self] in
            while ContinuousClock.now < deadline, finishSending() { try? await Task.sleep(for: .milliseconds(5)) }
            _ = try? await functions.call(
                "leave",
                keys: [configuration.names.lock],
                arguments: [token],
                over: client,
                within: .seconds(1)
            )
        }.value
    }

    /// What waits or is not confirmed.
    var waiting: Int { state.withLock { $0.backlog.count } }

    /// Events that Redis did not get, since the start.
    var dropped: Int { state.withLock { $0.backlog.dropped } }

    /// Connections to Redis, since the start.
    var connections: Int { instruments.connections.value }

    /// Why events do not reach Redis; `nil` while they do.
    var problem: String? {
        let (phase, error) = state.withLock { ($0.phase, $0.isFailing ? $0.error ?? "no answer" : nil) }
        switch phase {
        case .leading: return client.isConnected ? error : (client.lastError.map { "\($0)" } ?? "not connected")
        case .held: return "another instance writes"
        case .away: return client.lastError.map { "\($0)" } ?? error ?? "not connected yet"
        }
    }
}
