package import Spool

/// The frozen batches: those that are to be sent and those that are on their way.
///
/// A batch may start only when none of its calls is on its way or in an earlier batch. Earlier is the one whose first
/// record came first: batches share calls only when they are parts of one, and then the parts follow each other.
package struct BatchQueue: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private struct Started {
        let calls: Set<Int>
        let isLive: Bool
    }

    /// Batches that are to be sent, the earliest first.
    package private(set) var pending: [FrozenBatch] = []
    /// The calls of all batches: their further records have to wait.
    package private(set) var busy: Set<Int> = []
    private var started: [Int: Started] = [:]
    /// How many batches each busy call is in.
    private var uses: [Int: Int] = [:]
    private var lastProbe = Int.min
    /// Until when a pending batch is held back, by its number.
    private var holds: [Int: Instant] = [:]

    package init() {}

    package var inFlight: Int { started.count }

    /// Those in flight that overtook a backlog.
    package var liveInFlight: Int { started.values.count { $0.isLive } }

    /// Pending batches that are held back.
    package var heldCount: Int { holds.count }

    /// When the first of those held back may start.
    package func nextRelease(after now: Instant) -> Instant? { holds.values.filter { $0 > now }.min() }

    package func canStart(at now: Instant) -> Bool { choice(after: .min, at: now) != nil }

    /// Takes in a batch that is to be sent.
    package mutating func add(_ batch: FrozenBatch) {
        occupy(batch)
        insert(batch)
    }

    /// Takes in a batch that is on its way already.
    package mutating func start(_ batch: FrozenBatch, isLive: Bool) {
        occupy(batch)
        started[batch.id] = Started(calls: batch.calls, isLive: isLive)
    }

    /// Starts the earliest batch that may start.
    package mutating func startEarliest(at now: Instant) -> FrozenBatch? { start(after: .min, at: now) }

    /// Starts one that may start, each of them in turn.
    package mutating func startProbe(at now: Instant) -> FrozenBatch? {
        let batch = start(after: lastProbe, at: now)
        if let batch { lastProbe = batch.firstSequence }
        return batch
    }

    /// What was on its way is to be sent again.
    ///
    /// - Parameter instant: not before this; only its own calls wait for it.
    package mutating func putBack(_ batch: FrozenBatch, holdingUntil instant: Instant? = nil) {
        guard started.removeValue(forKey: batch.id) != nil else { return }
        holds[batch.id] = instant
        insert(batch)
    }

    /// Lets what is held back for less than `patience` start at once.
    package mutating func release(at now: Instant, patience: Duration) {
        holds = holds.filter { $0.value - now >= patience }
    }

    /// What was on its way is done, or goes on as its parts.
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

    /// Which of those pending may start: the first one with a later record than `sequence`, or else the first one.
    private func choice(after sequence: Int, at now: Instant) -> Int? {
        guard !pending.isEmpty else { return nil }
        var blocked = started.values.reduce(into: Set<Int>()) { $0.formUnion($1.calls) }
        var first: Int?
        for (index, batch) in pending.enumerated() {
            let calls = batch.calls
            // Whether it is held back is looked up first: it is the cheaper question.
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
