package import Basics
import Delivery
import Spool

/// Uploads the recordings that wait in the spool until the API has accepted each.
///
/// `UploadQueue` chooses the next one, `UploadPolicy` decides about an answer, and `UploadJob` does the work for one.
package final class Uploader: Service {
    /// The limits and the timing of uploads.
    package struct Configuration: Sendable {
        /// The most uploads at once.
        package var concurrency = 10
        /// The base URL of the API; facts learned about another one do not apply.
        package var api = ""
        /// The wait before a failed upload is tried again; zero parks it.
        package var retryWait = Duration.seconds(300)
        /// The backoff after failures that may pass by themselves.
        package var backoff = Backoff(base: .seconds(1), cap: .seconds(300))
        /// The backoff after failures that an administrator must correct.
        package var correction = Backoff(base: .seconds(60), cap: .seconds(300))
        /// How long after its last write a recording waits for the CDR of its call, and how often it checks.
        package var callTimeout = Duration.seconds(300)
        package var callInterval = Duration.seconds(10)
        /// While more records than this wait for the API, only a fifth of the uploads run.
        package var busyRecords = 400
        /// How often the progress of long uploads is logged.
        package var progressInterval = Duration.seconds(30)
        /// How often the spool is checked without a wake signal.
        package var longestIdle = Duration.seconds(60)

        package init() {}
    }

    private struct Ended {
        let job: UploadJob
        let end: UploadEnd
    }

    /// The state of the loop.
    private struct State {
        var policy: UploadPolicy
        var line = UploadQueue(at: .now)
        var generator = SplitMix64()
        var nextProgress: ContinuousClock.Instant
    }

    package let name = "uploader"

    /// The shortest wait after a file cannot be read or a thread is refused.
    private static let localWait = Duration.seconds(60)

    private let configuration: Configuration
    private let means: UploadJob.Means
    private let metrics: RecordingMetrics
    private let log: UploadLog
    private let learned: LearnedStore
    private let wakeSignal = WakeSignal()
    private let ended = Lock<[Ended]>([])
    private let hasNews = Lock(false)
    private let board = ActiveUploads()

    package init(_ configuration: Configuration, means: UploadJob.Means, metrics: RecordingMetrics, log: Logger) {
        self.configuration = configuration
        self.means = means
        self.metrics = metrics
        self.log = UploadLog(log)
        learned = LearnedStore(means.spool, name: LearnedDelivery.recordings, api: configuration.api)
    }

    /// Reports that new recordings wait; cheap.
    package func wake() {
        hasNews.withLock { $0 = true }
        wakeSignal.ring()
    }

    /// The current state of recordings; does not block.
    package var status: RecordingsStatus {
        let figures = means.spool.figures
        var status = RecordingsStatus()
        status.waiting = figures.recordings.waiting
        status.parked = figures.recordings.parked
        status.uploaded = figures.recordings.uploaded
        status.oldestWaiting = figures.oldestRecording
        status.uploads = board.uploads
        return status
    }

    /// Uploads until cancelled; uploads in flight are then abandoned, and start again from the first byte in the next
    /// run.
    package func run() async throws {
        let learned = await retrying { () throws(SpoolError) in try await self.learned.load() }
        var state = State(
            policy: UploadPolicy(
                pace: DeliveryPace(
                    limit: configuration.concurrency,
                    backoff: configuration.backoff,
                    correction: configuration.correction
                ),
                retryWait: configuration.retryWait,
                learned: learned ?? LearnedDelivery()
            ),
            nextProgress: .now + configuration.progressInterval
        )
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for result in ended.exchange([]) { await decide(result, &state) }
                if hasNews.exchange(false) { state.line.begin(at: .now) }
                while let recording = await next(&state) {
                    let job = job(for: recording, &state)
                    group.addTask { await self.perform(job) }
                }
                if .now >= state.nextProgress {
                    state.nextProgress = .now + configuration.progressInterval
                    log.progress(board.entries)
                }
                await wakeSignal.wait(until: nextDeadline(state))
            }
            group.cancelAll()
        }
        for result in ended.exchange([]) { await decide(result, &state) }
        try Task.checkCancellation()
    }

    /// The next recording to upload; `nil` when none waits or none may start.
    private func next(_ state: inout State) async -> StoredRecording? {
        while !Task.isCancelled, state.line.uploadCount < allowance(state) {
            if let recording = state.line.start(at: .now) { return recording }
            if state.line.isAtEnd {
                guard let due = state.line.nextDue, due <= .now else { return nil }
                state.line.begin(at: .now)
            }
            do throws(SpoolError) {
                let cursor = state.line.cursor
                state.line.add(
                    try await means.spool.perform { store in
                        try store.recordings.page(.waiting, after: cursor, limit: UploadQueue.pageSize)
                    }
                )
            } catch {
                await retry.pause(after: error)
            }
        }
        return nil
    }

    private func allowance(_ state: State) -> Int {
        let allowance = state.policy.pace.allowance(at: .now)
        guard means.spool.figures.waiting > configuration.busyRecords else { return allowance }
        return min(allowance, max(1, configuration.concurrency / 5))
    }

    private func job(for recording: StoredRecording, _ state: inout State) -> UploadJob {
        let now = ContinuousClock.now
        let deadline = callDeadline(of: recording, at: now, &state)
        let mayHaveArrived = recording.wasCutOff || state.line.isUnanswered(recording.id)
        return UploadJob(
            recording: recording,
            means: means,
            mayWaitForCall: now < deadline,
            mayHaveArrived: mayHaveArrived
        ) { upload in
            self.board.add(recording, upload)
            self.metrics.uploadsInFlight.value = Double(self.board.count)
        }
    }

    /// How long a recording waits for the CDR of its call: both are completed when the call ends.
    private func callDeadline(
        of recording: StoredRecording,
        at now: ContinuousClock.Instant,
        _ state: inout State
    ) -> ContinuousClock.Instant {
        let timeout = max(.zero, configuration.callTimeout - recording.look.age(at: .now()))
        return state.line.callDeadline(of: recording.id, at: now, timeout: timeout)
    }

    private func perform(_ job: UploadJob) async {
        let end = await job.run()
        board.remove(job.recording.id)
        metrics.uploadsInFlight.value = Double(board.count)
        ended.withLock { $0.append(Ended(job: job, end: end)) }
        wakeSignal.ring()
    }

    /// When to check again without a wake signal.
    private func nextDeadline(_ state: State) -> ContinuousClock.Instant {
        let now = ContinuousClock.now
        var deadline = now + configuration.longestIdle
        if !board.isEmpty { deadline = min(deadline, state.nextProgress) }
        if let until = state.policy.pace.pause?.until, until > now { return min(deadline, until) }
        guard state.line.uploadCount < allowance(state) else { return min(deadline, now + .seconds(1)) }
        guard state.line.isAtEnd else { return now }
        return min(deadline, state.line.nextDue ?? deadline)
    }

    /// Applies the decision about one upload.
    private func decide(_ result: Ended, _ state: inout State) async {
        let (recording, now) = (result.job.recording, ContinuousClock.now)
        switch result.end {
        case .uploaded(let bytes, let duration, let outcome, let reservation):
            let decision = state.policy.succeeded(reservation, at: now)
            await keepLearned(state)
            metrics.answers.decided(nil, reservation)
            metrics.uploaded(bytes: bytes, took: duration)
            log.uploaded(recording, bytes: bytes, took: duration)
            log.write(decision.notices, about: nil)
            log.shelved(outcome, deletes: means.deletes)
            state.line.finish(recording.id)
        case .known(let outcome):
            log.known(recording)
            log.shelved(outcome, deletes: means.deletes)
            state.line.finish(recording.id)
        case .gone: await forget(recording, &state)
        case .changed:
            metrics.failed(.changed)
            log.changed(recording)
            await forget(recording, &state)
        case .awaitsCall:
            let deadline = callDeadline(of: recording, at: now, &state)
            state.line.postpone(recording.id, until: min(deadline, now + configuration.callInterval))
        case .unreadable(let failure):
            metrics.failed(.unreadable)
            log.unreadable(recording, failure)
            state.line.postpone(recording.id, until: now + max(configuration.retryWait, Self.localWait))
        case .noThread(let error):
            log.noThread(error)
            state.line.postpone(recording.id, until: now + max(configuration.retryWait, Self.localWait))
        case .failed(let outcome): await decide(outcome, of: result.job, &state)
        case .spoolFailed(let error):
            await retry.pause(after: error)
            state.line.postpone(recording.id, until: .now)
        case .cancelled: state.line.finish(recording.id)
        }
    }

    private func decide(_ outcome: DeliveryOutcome, of job: UploadJob, _ state: inout State) async {
        let recording = job.recording
        let decision = state.policy.decide(
            outcome,
            attempts: recording.attempts,
            rules: job.rules,
            at: .now,
            using: &state.generator
        )
        await keepLearned(state)
        if outcome.leavesOpen { state.line.markUnanswered(recording.id) }
        if let failure = decision.failure { metrics.failed(failure) }
        switch decision.step {
        case .done, .keep: state.line.finish(recording.id)
        case .again(let wait, let attempts):
            await note(recording, attempts, decision.reason, parks: false)
            state.line.postpone(recording.id, until: .now + wait)
        case .park(let attempts):
            await note(recording, attempts, decision.reason, parks: true)
            state.line.finish(recording.id)
        }
        log.write(decision.notices, about: recording)
    }

    private func keepLearned(_ state: State) async {
        let learned = state.policy.learned
        await retrying { () throws(SpoolError) in try await self.learned.keep(learned) }
    }

    private func note(_ recording: StoredRecording, _ attempts: Int, _ reason: String, parks: Bool) async {
        await retrying { () throws(SpoolError) in
            try await self.means.spool.perform { store in
                try store.recordings.failed(recording.id, attempts: attempts, reason: reason, parks: parks, at: .now())
            }
        }
    }

    /// Removes a recording whose file has changed; the next scan finds what is there now.
    private func forget(_ recording: StoredRecording, _ state: inout State) async {
        await retrying { () throws(SpoolError) in
            try await self.means.spool.perform { try $0.recordings.vanished(recording.id) }
        }
        state.line.finish(recording.id)
    }

    /// Repeats an operation of the spool until it succeeds; `nil` when cancelled before that.
    @discardableResult
    private func retrying<Result: Sendable>(
        _ body: @Sendable () async throws(SpoolError) -> Result
    ) async -> Result? {
        Task.isCancelled ? nil : await retry.run(body)
    }

    private var retry: SpoolRetry {
        SpoolRetry { [metrics, log] error in
            metrics.spool.errors.add()
            log.spoolFailed(error)
        }
    }
}
