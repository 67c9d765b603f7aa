import Basics
import Redis

/// What goes on all the time: connections, signs of life, messages of others, reservations that end.
extension SharedEngine {
    private static let interval = Duration.seconds(2)

    /// Works until cancelled; then signs this instance out.
    package func run() async throws {
        let connection = Task { try await client.run() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await self.subscriber().run() }
            group.addTask { await self.recover() }
            group.addTask { await self.keepCurrent() }
            group.addTask { await self.readChanges() }
            await group.waitForAll()
        }
        if client.isConnected { await signOut() }
        connection.cancel()
        _ = await connection.result
        try Task.checkCancellation()
    }

    /// The connection that receives what others do; the other one logs what is wrong with Redis.
    private func subscriber() -> RedisSubscriber {
        let grants = configuration.prefix + "cid:grants"
        return RedisSubscriber(
            configuration.redis,
            channels: [grants, numbers.channel],
            log: Logger("redis", sink: LogSink { _ in })
        ) { [self] event in
            switch event {
            case .connected(let missedSince):
                // The first connection comes with the start, which reads everything by itself.
                if missedSince != nil { state.withLock { $0.needsReading = true } }
            case .disconnected: break
            case .message(let message):
                if message.channel == Array(grants.utf8) {
                    follow(message.payload)
                } else {
                    noteChange(message.payload)
                }
            }
        }
    }

    private func follow(_ payload: [UInt8]) {
        guard let message = GrantMessage(payload), message.instance != own else { return }
        picture.follow(message.event)
    }

    private func noteChange(_ payload: [UInt8]) {
        guard let message = SharedNumbers.message(payload), message.instance != own else { return }
        numbers.saw(version: message.version)
        state.withLock { $0.numbersToRead.formUnion(message.numbers) }
        readSignal.ring()
    }

    /// Reads the numbers that others changed, until cancelled.
    private func readChanges() async {
        while !Task.isCancelled {
            await readSignal.wait()
            let changed = state.withLock { state in
                defer { state.numbersToRead = [] }
                return Array(state.numbersToRead)
            }
            do throws(RedisEngineError) {
                try await takeOver(try await numbers.read(changed))
            } catch {
                numbers.missedVersion()
            }
        }
    }

    /// Gives signs of life and makes numbers free, until cancelled.
    private func keepCurrent() async {
        var turn = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.interval)
            guard !picture.isAway else {
                state.withLock { $0.info = nil }
                continue
            }
            turn += 1
            do throws(RedisEngineError) {
                let presence = try await signIn()
                if numbers.version != presence.version { try await compareNumbers(presence.version) }
                if state.withLock({ $0.needsReading }) {
                    state.withLock { $0.needsReading = false }
                    try await readUses(of: picture.knownNumbers)
                }
                try await readInfo()
                try await tidy(checksReservations: turn.isMultiple(of: 2))
            } catch {
                state.withLock { $0.needsReading = true }
                log.debug("upkeep of caller IDs in Redis failed, retrying", [.init(own: "error", "\(error)")])
            }
        }
    }

    private func readInfo() async throws(RedisEngineError) {
        let info = RedisInfo(try await send(RedisCommand("INFO")).string ?? "")
        let former = state.withLock { state in
            defer { state.info = info }
            return state.info
        }
        guard former?.runID != info.runID || former?.evictionPolicy != info.evictionPolicy, info.evicts else { return }
        log.warning(
            "Redis may drop caller IDs when its memory is full",
            [.init(own: "maxmemory_policy", info.evictionPolicy), .init(own: "expected", "noeviction")]
        )
    }

    /// - Parameter checksReservations: whether reservations are compared with their keys, by one of the instances.
    private func tidy(checksReservations: Bool) async throws(RedisEngineError) {
        var count = Self.step
        while count == Self.step { count = try await engine.tidy([]).0 }
        // A key that Redis dropped for want of memory says nothing about the reservation.
        let (rank, evicts) = state.withLock { ($0.instances.share.rank, $0.info?.evicts ?? true) }
        guard checksReservations, rank == 0, !evicts, configuration.policy.reservationSeconds > 0 else { return }
        let reserved = picture.reservedNumbers
        for first in stride(from: 0, to: reserved.count, by: RedisEngine.batch) {
            let part = reserved[first..<min(first + RedisEngine.batch, reserved.count)]
            for event in try await engine.tidy(part).1 { picture.follow(event) }
        }
    }

    /// The numbers that one script makes free, at most.
    private static let step = 1000
}
