package import Spool

/// The frozen batches: those waiting to be sent and those in flight.
///
/// A batch may start only when none of its calls is in flight or in an earlier batch. The earlier batch is the one
/// whose first record arrived first. Batches share calls only when they are parts of one batch; such parts are sent one
/// after the other.
package struct BatchQueue: Sendable {
    /// A moment on the monotonic clock.
    package typealias Instant = ContinuousClock.Instant

    private struct Started {
        let calls: Set<Int>
        let isLive: Bool
    }

    /// The batches waiting to be sent, earliest first.
    package private(set) var pending: [FrozenBatch] = []
    /// The calls of all batches, whose later records must wait.
    package private(set) var busy: Set<Int> = []
    private var started: [Int: Started] = [:]
    /// How many batches each busy call is in.
    private var uses: [Int: Int] = [:]
    private var lastProbe = Int.min
    /// When a held batch may start, by the number of the batch.
    private var holds: [Int: Instant] = [:]

    package init() {}

    /// The number of batches in flight.
    package var inFlight: Int { started.count }

    /// The number of batches in flight that overtook a backlog.
    package var liveInFlight: Int { started.values.count { $0.isLive } }

    /// The number of pending batches that are held back.
    package var heldCount: Int { holds.count }

    /// When the next held batch may start; `nil` without one.
    package func nextRelease(after now: Instant) -> Instant? { holds.values.filter { $0 > now }.min() }

    /// Whether any pending batch may start.
    package func canStart(at now: Instant) -> Bool { choice(after: .min, at: now) != nil }

    /// Adds a batch that waits to be sent.
    package mutating func add(_ batch: FrozenBatch) {
        occupy(batch)
        insert(batch)
    }

    /// Adds a batch that is already in flight.
    package mutating func start(_ batch: FrozenBatch, isLive: Bool) {
        occupy(batch)
        started[batch.id] = Started(calls: batch.calls, isLive: isLive)
    }

    /// Starts the earliest batch that may start; `nil` without one.
    package mutating func startEarliest(at now: Instant) -> FrozenBatch? { start(after: .min, at: now) }

    /// Starts a batch that may start, each in turn; `nil` without one.
    package mutating func startProbe(at now: Instant) -> FrozenBatch? {
        let batch = start(after: lastProbe, at: now)
        if let batch { lastProbe = batch.firstSequence }
        return batch
    }

    /// Returns a batch in flight to the pending ones.
    ///
    /// - Parameter instant: when it may start again; only its own calls wait for it.
    package mutating func putBack(_ batch: FrozenBatch, holdingUntil instant: Instant? = nil) {
        guard started.removeValue(forKey: batch.id) != nil else { return }
        holds[batch.id] = instant
        insert(batch)
    }

    /// Releases batches whose hold ends within `time`.
    package mutating func release(at now: Instant, endingWithin time: Duration) {
        holds = holds.filter { $0.value - now >= time }
    }

    /// Removes a batch in flight, or replaces it by its parts.
    package mutating func finish(_ batch: FrozenBatch, replacedBy parts: [FrozenBatch] = []) {
        guard started.removeValue(forKey: batch.id) != nil else { return }
        for part in parts { add(part) }
        release(batch)
    }

    private mutating func start(after sequence: Int, at now: Instant) -> FrozenBatch? {
        guard let index = choice(after: sequence, at: now) else { return nil }
        let batch = pending.remove(at: index)
        holds[batch.id] = nil
        started[batch.id] = Started(calls: batch.calls, isLive: false)
        return batch
    }

    /// The index of a pending batch that may start: the first one with a later record than `sequence`, else the first
    /// one.
    private func choice(after sequence: Int, at now: Instant) -> Int? {
        guard !pending.isEmpty else { return nil }
        var blocked = started.values.reduce(into: Set<Int>()) { $0.formUnion($1.calls) }
        var first: Int?
        for (index, batch) in pending.enumerated() {
            let calls = batch.calls
            // Checks the hold first, because that is cheaper.
            if holds[batch.id].map({ $0 <= now }) ?? true, blocked.isDisjoint(with: calls) {
                if batch.firstSequence > sequence { return index }
                first = first ?? index
            }
            blocked.formUnion(calls)
        }
        return first
    }

    private mutating func insert(_ batch: FrozenBatch) {
        let index = pending.firstIndex { $0.firstSequence > batch.firstSequence } ?? pending.endIndex
        pending.insert(batch, at: index)
    }

    private mutating func occupy(_ batch: FrozenBatch) {
        for call in batch.calls {
            uses[call, default: 0] += 1
            busy.insert(call)
        }
    }

    private mutating func release(_ batch: FrozenBatch) {
        for call in batch.calls {
            let left = (uses[call] ?? 1) - 1
            uses[call] = left > 0 ? left : nil
            if left <= 0 { busy.remove(call) }
        }
    }
}

extension FrozenBatch {
    fileprivate var calls: Set<Int> { Set(records.lazy.map(\.call)) }

    fileprivate var firstSequence: Int { records.first?.sequence ?? 0 }
}
