package import Basics
import HTTP
package import Spool

/// Sends what the spool holds, in batches, until the API has taken it.
///
/// A batch is frozen before it is first sent and removed only after a 2xx answer to a request that carried it. The
/// records of one call go in order: while a batch that holds some is on its way, later ones wait.
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
        package var backoff = Backoff(base: .seconds(1), cap: .seconds(300))

        package init() {}
    }

    private struct Finished {
        let batch: FrozenBatch
        let outcome: RecordsOutcome
        let isGzip: Bool
        let duration: Duration
    }

    package let name = "shipper"

    private let configuration: Configuration
    private let spool: Spool
    private let receiver: any RecordsReceiver
    private let metrics: Metrics
    private let log: Logger
    private let bell = Bell()
    private let finished = Lock<[Finished]>([])

    package init(
        _ configuration: Configuration,
        spool: Spool,
        receiver: any RecordsReceiver,
        metrics: Metrics,
        log: Logger
    ) {
        self.configuration = configuration
        self.spool = spool
        self.receiver = receiver
        self.metrics = metrics
        self.log = log
    }

    /// Says that records were appended; cheap, and heeded only when it changes what is due.
    package func appended(_ appended: Spool.Appended) {
        if appended.unfrozenBefore == 0 || appended.unfrozenAfter >= configuration.batchSize { bell.ring() }
    }

    /// Sends until cancelled; requests in flight are then abandoned, their batches stay frozen in the spool.
    package func run() async throws {
        var state = State(configuration)
        state.pending = await retrying { () throws(SpoolError) in try await self.spool.frozenBatches() } ?? []
        for batch in state.pending { state.occupy(batch) }
        if !state.pending.isEmpty {
            log.info("sending again what was not acknowledged", [.init("batches", state.pending.count)])
        }
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for result in finished.withLock({ take(&$0) }) { await conclude(result, &state) }
                while let batch = await nextBatch(&state) {
                    state.inFlight += 1
                    let isGzip = state.compresses
                    group.addTask { await self.send(batch, compressing: isGzip) }
                }
                await bell.wait(until: await nextDeadline(state))
            }
            group.cancelAll()
        }
        for result in finished.withLock({ take(&$0) }) { await conclude(result, &state) }
        try Task.checkCancellation()
    }

    /// What the loop knows.
    private struct State {
        var pace: DeliveryPace
        /// Frozen batches that are to be sent, the oldest first.
        var pending: [FrozenBatch] = []
        var inFlight = 0
        /// The calls in batches that are not acknowledged; no two batches share one.
        var busy: Set<Int> = []
        var compresses: Bool
        var generator = SplitMix64()

        init(_ configuration: Configuration) {
            pace = DeliveryPace(limit: configuration.concurrency, backoff: configuration.backoff)
            compresses = configuration.compresses
        }

        mutating func occupy(_ batch: FrozenBatch) { for record in batch.records { busy.insert(record.call) } }

        mutating func release(_ batch: FrozenBatch) { for record in batch.records { busy.remove(record.call) } }
    }

    private func take(_ results: inout [Finished]) -> [Finished] {
        defer { results = [] }
        return results
    }

    /// The batch to send now, if one is due and may be sent.
    private func nextBatch(_ state: inout State) async -> FrozenBatch? {
        guard !Task.isCancelled, state.inFlight < state.pace.allowance(at: .now) else { return nil }
        if !state.pending.isEmpty { return state.pending.removeFirst() }
        guard await isDue() else { return nil }
        do throws(SpoolError) {
            let batch = try await spool.freeze(
                count: configuration.batchSize,
                bytes: configuration.batchBytes,
                avoiding: state.busy,
                key: Self.newKey()
            )
            if let batch { state.occupy(batch) }
            return batch
        } catch {
            await spoolFailed(error)
            return nil
        }
    }

    private func isDue() async -> Bool {
        guard let since = await spool.unfrozenSince else { return false }
        return await spool.unfrozen >= configuration.batchSize || .now >= since + configuration.longestWait
    }

    /// When something is due without a ring.
    private func nextDeadline(_ state: State) async -> ContinuousClock.Instant? {
        if let pausedUntil = state.pace.pausedUntil, pausedUntil > .now { return pausedUntil }
        guard state.inFlight < state.pace.allowance(at: .now), let since = await spool.unfrozenSince else { return nil }
        // What is due already waits for a call that is on its way: its end rings.
        let deadline = since + configuration.longestWait
        return deadline > .now ? deadline : .now + .seconds(1)
    }

    private func send(_ batch: FrozenBatch, compressing: Bool) async {
        let plain = RequestBody.encoded(batch)
        let isGzip = compressing && plain.count > 1024
        let request = RecordsRequest(
            body: isGzip ? Gzip.compress(plain) : plain,
            isGzip: isGzip,
            idempotencyKey: batch.idempotencyKey
        )
        let start = ContinuousClock.now
        let outcome = await receiver.send(request)
        let result = Finished(batch: batch, outcome: outcome, isGzip: isGzip, duration: .now - start)
        finished.withLock { $0.append(result) }
        bell.ring()
    }

    /// Draws the consequence of one request.
    private func conclude(_ result: Finished, _ state: inout State) async {
        state.inFlight -= 1
        let batch = result.batch
        if result.outcome != .cancelled { metrics.request(result.outcome, took: result.duration) }
        switch Verdict(result.outcome, count: batch.records.count, isGzip: result.isGzip) {
        case .delivered(let queued):
            state.pace.succeeded()
            if let queued {
                metrics.shortfall.add(batch.records.count - queued)
                log.warning(
                    "the API says it queued fewer records than it was sent; ask its operator",
                    [.init("sent", batch.records.count), .init("queued", queued)]
                )
            }
            await acknowledge(batch, &state)
        case .retryPlain:
            log.warning("the API takes no gzip; sending plain from now on")
            state.compresses = false
            state.pending.insert(batch, at: 0)
        case .retry(let after, let reason):
            metrics.retries.add()
            state.pending.append(batch)
            state.pending.sort { $0.id < $1.id }
            state.pace.failed(at: .now, retryAfter: after, using: &state.generator)
            let wait = state.pace.pausedUntil.map { $0 - .now } ?? .zero
            log.warning(
                "delivery failed, nothing is lost",
                [.init("error", reason), .init("retry_in", wait.formatted)]
            )
        case .unknown: state.pending.append(batch)
        }
        metrics.isPaused.value = state.pace.allowance(at: .now) == 0 ? 1 : 0
    }

    /// Removes what was delivered.
    ///
    /// Only a disk that fails keeps it: it would be sent again, under the same key.
    private func acknowledge(_ batch: FrozenBatch, _ state: inout State) async {
        let removed: Void? = await retrying { () throws(SpoolError) in try await self.spool.acknowledge(batch) }
        state.release(batch)
        guard removed != nil else { return }
        metrics.delivered(batch)
    }

    /// Does what the disk may refuse for a while; `nil` when cancelled before it worked.
    private func retrying<Result: Sendable>(
        _ body: @Sendable () async throws(SpoolError) -> Result
    ) async -> Result? {
        while true {
            do throws(SpoolError) {
                return try await body()
            } catch {
                await spoolFailed(error)
                if Task.isCancelled { return nil }
            }
        }
    }

    private func spoolFailed(_ error: SpoolError) async {
        metrics.spoolErrors.add()
        log.error("the spool fails", [.init("error", error)])
        try? await Task.sleep(for: .seconds(1))
    }

    private static func newKey() -> String {
        let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        return String(decoding: ASCII.hexadecimal(bytes), as: UTF8.self)
    }
}
