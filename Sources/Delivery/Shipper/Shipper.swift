package import Basics
package import Spool

/// Sends the records in the spool in batches until the API has accepted them.
///
/// A batch is frozen before it is first sent. `DeliveryPolicy` decides: its records leave the queue when the API
/// acknowledges them, or as dead letters when the API refuses them one by one. The records of one call are sent in
/// order: while a batch with some of them is in flight, later ones wait.
package final class Shipper: Service {
    /// The limits and the timing of the shipper.
    package struct Configuration: Sendable {
        /// The most records in a request.
        package var batchSize = 200
        /// The most bytes of records in a request.
        package var batchBytes = 1 << 20
        /// How long a record waits for its batch to fill.
        package var longestWait = Duration.seconds(5)
        /// The most requests at once.
        package var concurrency = 4
        /// Whether bodies over 1 KiB are compressed.
        package var compresses = true
        /// What counts as an acknowledgement.
        package var acknowledgement = AcknowledgementRules.Mode.json
        /// The base URL of the API; facts learned about another one do not apply.
        package var api = ""
        /// The backoff after failures that may pass by themselves.
        package var backoff = Backoff(base: .seconds(1), cap: .seconds(300))
        /// The backoff after failures that an administrator must correct.
        package var correction = Backoff(base: .seconds(60), cap: .seconds(300))
        /// How often the spool is checked without a wake signal: there is none for retried dead letters or after a
        /// repair of the spool.
        package var longestIdle = Duration.seconds(10)

        package init() {}
    }

    /// The state of the loop.
    private struct State {
        var policy: DeliveryPolicy
        var queue = BatchQueue()
        var batchMaker: BatchMaker
        var generator = SplitMix64()
        var lastSuccess: Timestamp?
    }

    package let name = "shipper"

    /// With more full batches than this waiting, a share of the requests carries new records first.
    private static let backlogBatches = 10
    /// No more batches than this are pending while the circuit breaker is open.
    private static let mostPending = 500
    /// While this many batches are held back, no new ones are made: each may take 1 MiB of memory.
    private static let mostHeld = 100

    private let configuration: Configuration
    let spool: RecordSpool
    private let sender: BatchSender
    private let learned: LearnedStore
    private let metrics: DeliveryMetrics
    private let log: Logger
    let wakeSignal = WakeSignal()
    /// Turns of the loop, for the watchdog.
    let turns = Counter()
    private let finished = Lock<[BatchSender.Finished]>([])
    private let published = Lock(DeliveryReport())

    /// The state of the delivery after the last change.
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

    /// Reports that records were appended; cheap, wakes the loop only when a batch may be due.
    package func appended(_ appended: RecordSpool.Appended) {
        if appended.unfrozenBefore == 0 || appended.unfrozenAfter >= configuration.batchSize { wakeSignal.ring() }
    }

    /// Sends until cancelled; requests in flight are then abandoned, and their batches stay frozen in the spool.
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
        let left =
            await retry.run { () throws(SpoolError) in
                try await self.spool.perform { try $0.queue.frozenBatches() }
            } ?? []
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

    /// The next batch to send; `nil` when none is due or none may be sent.
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

    /// The next probe while the API refuses everything: each time another batch, or a single new record.
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

    /// When to check again without a wake signal.
    private func nextDeadline(_ state: State) async -> ContinuousClock.Instant {
        let now = ContinuousClock.now
        var latest = now + configuration.longestIdle
        if let release = state.queue.nextRelease(after: now) { latest = min(latest, release) }
        if let until = state.policy.pace.pause?.until, until > now { return until }
        guard state.queue.inFlight < state.policy.pace.allowance(at: now) else { return latest }
        // The pause has just ended.
        if state.queue.canStart(at: now) { return now }
        if state.queue.heldCount >= Self.mostHeld { return latest }
        if state.batchMaker.isUnsettled { return now + .seconds(1) }
        guard let since = await spool.unfrozenSince else { return latest }
        // A due batch waits for a call in flight; the end of that request sends a wake signal.
        let deadline = since + configuration.longestWait
        return deadline > now ? min(deadline, latest) : now + .seconds(1)
    }

    private func send(_ batch: FrozenBatch, compressing: Bool) async {
        let result = await sender.send(batch, compressing: compressing)
        finished.withLock { $0.append(result) }
        wakeSignal.ring()
    }

    /// Applies the decision about one request.
    private func decide(_ result: BatchSender.Finished, _ state: inout State) async {
        let batch = result.batch
        if result.outcome != .cancelled { metrics.request(result.outcome, took: result.duration) }
        let decision = state.policy.decide(result.outcome, of: result.sent, at: .now, using: &state.generator)
        metrics.decided(decision)
        // Stored before the decision is applied, so that a kill in between allows no further dead letter.
        let learned = state.policy.learned
        _ = await retry.run { () throws(SpoolError) in try await self.learned.keep(learned) }
        if decision.endsPause { state.queue.release(at: .now, endingWithin: BatchHistory.lowCountWait / 2) }
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

    /// Repeats failed operations of the spool until they succeed or the service ends.
    private var retry: SpoolRetry {
        SpoolRetry { [turns, metrics, log] error in
            turns.add()
            metrics.spool.errors.add()
            log.error("spool failed", [.init(own: "error", error)])
        }
    }
}
