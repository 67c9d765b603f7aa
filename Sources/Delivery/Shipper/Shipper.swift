package import Basics
package import Spool

/// Sends what the spool holds, in batches, until the API has taken it.
///
/// A batch is frozen before it is first sent. Its records leave the queue when an answer says that the API has them, or
/// as dead letters when it refuses them one by one: `DeliveryPolicy` decides. The records of one call go in order: while a
/// batch that holds some is on its way, later ones wait.
package final class Shipper: Service {
    package struct Configuration: Sendable {
        /// Most records in a request.
        package var batchSize = 200
        /// Most bytes of records in a request.
        package var batchBytes = 1 << 20
        /// How long a record waits for its batch to fill.
        package var longestWait = Duration.seconds(5)
        /// Requests at once.
        package var concurrency = 4
        /// Bodies over 1 KiB are compressed.
        package var compresses = true
        /// What counts as an acknowledgement.
        package var acknowledgement = AcknowledgementRules.Mode.json
        /// The base of the API's URLs: what was learned of another one does not count.
        package var api = ""
        /// Between attempts that may work by themselves.
        package var backoff = Backoff(base: .seconds(1), cap: .seconds(300))
        /// Between attempts after which an administrator has to correct something.
        package var correction = Backoff(base: .seconds(60), cap: .seconds(300))
        /// Looks at the spool at least so often: nothing rings when a dead letter is to be sent again, or after the
        /// spool was repaired.
        package var longestIdle = Duration.seconds(10)

        package init() {}
    }

    /// What the loop knows.
    private struct State {
        var policy: DeliveryPolicy
        var queue = BatchQueue()
        var batchMaker: BatchMaker
        var generator = SplitMix64()
        var lastSuccess: Timestamp?
    }

    package let name = "shipper"

    /// With more full batches than this in the queue, new records go ahead in a share of the requests.
    private static let backlogBatches = 10
    /// While nothing is taken, no more batches than this are made.
    private static let mostPending = 500
    /// While so many batches are held back, no more are made: with 1 MiB each they are in memory.
    private static let mostHeld = 100

    private let configuration: Configuration
    let spool: RecordSpool
    private let sender: BatchSender
    private let learned: LearnedStore
    private let metrics: DeliveryMetrics
    private let log: Logger
    let wakeSignal = WakeSignal()
    /// Of the loop, for the watchdog.
    let turns = Counter()
    private let finished = Lock<[BatchSender.Finished]>([])
    private let published = Lock(DeliveryReport())

    /// How the delivery is after the last change.
    package var report: DeliveryReport { published.withLock { $0 } }

    package init(
        _ configuration: Configuration,
        spool: RecordSpool,
        receiver: any RecordsReceiver,
        metrics: DeliveryMetrics,
        log: Logger
    ) {
        self.configuration = configuration
        self.spool = spool
        sender = BatchSender(receiver: receiver)
        learned = LearnedStore(spool, name: LearnedDelivery.records, api: configuration.api)
        self.metrics = metrics
        self.log = log
    }

    /// Says that records were appended; cheap, and heeded only when it changes what is due.
    package func appended(_ appended: RecordSpool.Appended) {
        if appended.unfrozenBefore == 0 || appended.unfrozenAfter >= configuration.batchSize { wakeSignal.ring() }
    }

    /// Sends until cancelled; requests in flight are then abandoned, their batches stay frozen in the spool.
    package func run() async throws {
        let learned =
            await retry.run { () throws(SpoolError) in try await self.learned.load() } ?? LearnedDelivery()
        var state = State(
            policy: DeliveryPolicy(
                pace: DeliveryPace(
                    limit: configuration.concurrency,
                    backoff: configuration.backoff,
                    correction: configuration.correction
                ),
                compresses: configuration.compresses,
                requestBytes: configuration.batchBytes,
                acknowledgement: configuration.acknowledgement,
                backoff: configuration.backoff,
                learned: learned
            ),
            batchMaker: BatchMaker(spool, count: configuration.batchSize)
        )
        let left = await retry.run { () throws(SpoolError) in try await self.spool.frozenBatches() } ?? []
        for batch in left { state.queue.add(batch) }
        state.policy.takeOver(left.map(\.idempotencyKey))
        if !left.isEmpty { log.info("resending unacknowledged batches", [.init("batches", left.count)]) }
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                turns.add()
                state.policy.expireLimit(at: .now())
                for result in finished.exchange([]) { await decide(result, &state) }
                while let batch = await nextBatch(&state) {
                    let compresses = state.policy.compresses(batch.idempotencyKey)
                    group.addTask { await self.send(batch, compressing: compresses) }
                }
                publish(state)
                await wakeSignal.wait(until: await nextDeadline(state))
            }
            group.cancelAll()
        }
        for result in finished.exchange([]) { await decide(result, &state) }
        publish(state)
        try Task.checkCancellation()
    }

    /// The batch to send now, if one is due and may be sent.
    private func nextBatch(_ state: inout State) async -> FrozenBatch? {
        let allowance = state.policy.pace.allowance(at: .now)
        guard !Task.isCancelled, state.queue.inFlight < allowance else { return nil }
        if state.policy.breaker.isOpen { return await nextProbe(&state) }
        let unfrozen = await spool.unfrozen
        guard state.queue.heldCount < Self.mostHeld else { return state.queue.startEarliest(at: .now) }
        if allowance > 1, unfrozen > Self.backlogBatches * configuration.batchSize,
            state.queue.liveInFlight < max(1, allowance / 5), let batch = await freeze(.live, &state)
        {
            return batch
        }
        if let batch = state.queue.startEarliest(at: .now) { return batch }
        let since = await spool.unfrozenSince
        guard state.batchMaker.isUnsettled || isDue(unfrozen, since: since) else { return nil }
        return await freeze(.oldest, &state)
    }

    /// What to send while the API refuses everything: each time another batch, or a single record that is new.
    private func nextProbe(_ state: inout State) async -> FrozenBatch? {
        if state.policy.nextProbe() == .pending, let batch = state.queue.startProbe(at: .now) { return batch }
        if state.queue.pending.count < Self.mostPending {
            if let batch = await freeze(.live, count: 1, &state) { return batch }
            if let batch = await freeze(.oldest, count: 1, &state) { return batch }
        }
        return state.queue.startProbe(at: .now)
    }

    private func freeze(_ lane: RecordSpool.Lane, count: Int? = nil, _ state: inout State) async -> FrozenBatch? {
        do throws(SpoolError) {
            let batch = try await state.batchMaker.freeze(
                lane,
                count: count,
                bytes: state.policy.requestBytes,
                avoiding: state.queue.busy
            )
            if let batch { state.queue.start(batch, isLive: lane == .live) }
            return batch
        } catch {
            await retry.pause(after: error)
            return nil
        }
    }

    private func isDue(_ unfrozen: Int, since: ContinuousClock.Instant?) -> Bool {
        guard let since else { return false }
        return unfrozen >= configuration.batchSize || .now >= since + configuration.longestWait
    }

    /// When to look again without a ring.
    private func nextDeadline(_ state: State) async -> ContinuousClock.Instant {
        let now = ContinuousClock.now
        var latest = now + configuration.longestIdle
        if let release = state.queue.nextRelease(after: now) { latest = min(latest, release) }
        if let until = state.policy.pace.pause?.until, until > now { return until }
        guard state.queue.inFlight < state.policy.pace.allowance(at: now) else { return latest }
        // The pause ended just now.
        if state.queue.canStart(at: now) { return now }
        if state.queue.heldCount >= Self.mostHeld { return latest }
        if state.batchMaker.isUnsettled { return now + .seconds(1) }
        guard let since = await spool.unfrozenSince else { return latest }
        // What is due already waits for a call that is on its way: its end rings.
        let deadline = since + configuration.longestWait
        return deadline > now ? min(deadline, latest) : now + .seconds(1)
    }

    private func send(_ batch: FrozenBatch, compressing: Bool) async {
        let result = await sender.send(batch, compressing: compressing)
        finished.withLock { $0.append(result) }
        wakeSignal.ring()
    }

    /// Draws the consequence of one request.
    private func decide(_ result: BatchSender.Finished, _ state: inout State) async {
        let batch = result.batch
        if result.outcome != .cancelled { metrics.request(result.outcome, took: result.duration) }
        let decision = state.policy.decide(result.outcome, of: result.sent, at: .now, using: &state.generator)
        metrics.decided(decision)
        // Before what it is about: a kill in between must not allow one more dead letter.
        let learned = state.policy.learned
        _ = await retry.run { () throws(SpoolError) in try await self.learned.keep(learned) }
        if decision.endsPause { state.queue.release(at: .now, patience: BatchHistory.lowCountWait / 2) }
        switch decision.step {
        case .acknowledge(let shortfall):
            state.lastSuccess = .now()
            metrics.shortfall.add(shortfall)
            let removed: Void? = await retry.run { () throws(SpoolError) in try await self.spool.acknowledge(batch) }
            state.queue.finish(batch)
            if removed != nil { metrics.delivered(batch) }
        case .moveToDeadLetters(let refusal):
            let kept: Void? = await retry.run { () throws(SpoolError) in
                try await self.spool.moveToDeadLetters(batch, status: refusal.status, reason: refusal.reason)
            }
            state.queue.finish(batch)
            if kept != nil { metrics.deadLettered(batch) }
        case .split:
            let keys = (BatchMaker.newKey(), BatchMaker.newKey())
            let half = (batch.records.count + 1) / 2
            let parts = await retry.run { () throws(SpoolError) in
                try await self.spool.split(batch, after: half, keys: keys)
            }
            state.policy.replace(batch.idempotencyKey, by: (parts ?? []).map(\.idempotencyKey))
            state.queue.finish(batch, replacedBy: parts ?? [])
            if parts != nil { metrics.splits.add() }
        case .sendAgain:
            metrics.retries.add()
            state.queue.putBack(batch)
        case .hold(let instant):
            metrics.retries.add()
            state.queue.putBack(batch, holdingUntil: instant)
        case .keep: state.queue.putBack(batch)
        }
        for notice in decision.notices {
            guard case .moveToDeadLetters = decision.step, notice.level == .warning else {
                notice.write(to: log); continue
            }
            notice.naming(batch).write(to: log)
        }
    }

    private func publish(_ state: State) {
        var report = DeliveryReport()
        let pause = state.policy.pace.pause
        report.reason = pause?.reason
        if let wait = pause.map({ $0.until - .now }), wait > .zero {
            report.until = Timestamp(microseconds: Timestamp.now().microseconds + Int64(wait / .microseconds(1)))
        }
        report.lastError = state.policy.lastError
        report.lastSuccess = state.lastSuccess
        report.requestsInFlight = state.queue.inFlight
        report.isCircuitOpen = state.policy.breaker.isOpen
        report.heldBatches = state.queue.heldCount
        metrics.delivery(report)
        published.withLock { $0 = report }
    }

    /// What the disk may refuse for a while is done again until it works, or the service ends.
    private var retry: SpoolRetry {
        SpoolRetry { [turns, metrics, log] error in
            turns.add()
            metrics.spool.errors.add()
            log.error("spool failed", [.init(own: "error", error)])
        }
    }
}
