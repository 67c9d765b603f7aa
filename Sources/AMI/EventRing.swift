import Basics

/// Deliveries between the thread that reads the socket and one consumer, bounded in bytes.
///
/// The reader never waits here: events that do not fit are refused and become part of a gap, which is delivered in
/// their place.
package final class EventRing: Sendable, AsyncSequence {
    package typealias Element = EventOrGap

    /// The result of adding events.
    package enum Acceptance: Equatable {
        case accepted
        /// There is no room: the events are lost, and counted in a gap that is delivered in their place.
        ///
        /// `isFirst` is true for the first events of a loss.
        case refused(isFirst: Bool)
        /// The consumer has cancelled.
        case cancelled
    }

    private struct State {
        var deliveries: [EventOrGap] = []
        var head = 0
        var bytes = 0
        var isFinished = false
        var isCancelled = false
        /// Whether the consumer waits for more.
        var isWaiting = false
        var overflow: Gap?

        var hasDelivery: Bool { head < deliveries.count || overflow != nil }
    }

    private let capacity: Int
    private let state = Lock(State())
    private let change = WakeSignal()

    /// - Parameter capacity: the most bytes of events that may wait.
    package init(capacity: Int) { self.capacity = capacity }

    /// The bytes of events that wait.
    package var bytes: Int { state.withLock { $0.bytes } }

    /// Whether the consumer is far behind: more than half of the capacity is in use.
    package var isCrowded: Bool { bytes > capacity / 2 }

    /// Whether everything that was added was taken.
    package var isEmpty: Bool { state.withLock { !$0.hasDelivery } }

    /// Whether everything that was added was taken, and the consumer waits for more: it has finished with what it took.
    package var isIdle: Bool { state.withLock { $0.isWaiting && !$0.hasDelivery } }

    /// The gap of the events that are being lost now, with their number so far; `nil` while there is room.
    ///
    /// It is delivered, and so declared, at its place among the events: while the consumer is stuck, only this shows
    /// it.
    package var lossUnderWay: Gap? { state.withLock { $0.overflow } }

    /// Adds events, or counts them as lost; does not block.
    package func append(_ batch: EventBatch) -> Acceptance {
        state.withLock { state in
            guard !state.isCancelled else { return .cancelled }
            guard !state.isFinished, state.bytes + batch.byteCount <= capacity else {
                let isFirst = state.overflow == nil
                let from = state.overflow?.from ?? batch.receivedAt
                let events = (state.overflow?.events ?? 0) + batch.count
                state.overflow = Gap(cause: .overflow, from: from, to: .now(), events: events)
                wake(&state)
                return .refused(isFirst: isFirst)
            }
            deliverOverflow(&state)
            deliver(.events(batch), &state)
            return .accepted
        }
    }

    /// Adds a gap; there is always room for it.
    package func append(_ gap: Gap) {
        state.withLock { state in
            guard !state.isCancelled else { return }
            deliverOverflow(&state)
            deliver(.gap(gap), &state)
        }
    }

    /// Ends the ring: waiting deliveries still reach the consumer, which then gets `nil`.
    package func finish() {
        state.withLock { state in
            deliverOverflow(&state)
            state.isFinished = true
            wake(&state)
        }
    }

    /// Called by the consumer to stop: waiting deliveries are dropped, later ones ignored, and `next` returns `nil`.
    package func cancel() {
        state.withLock { state in
            (state.deliveries, state.head, state.bytes, state.overflow) = ([], 0, 0, nil)
            (state.isFinished, state.isCancelled) = (true, true)
            wake(&state)
        }
    }

    /// The next delivery; `nil` after `finish` or `cancel`, or when none came by `deadline`.
    ///
    /// Cancelling the task has no effect: waiting deliveries must reach the disk.
    package func next(until deadline: ContinuousClock.Instant? = nil) async -> EventOrGap? {
        while true {
            let (delivery, isOver) = state.withLock { state in
                precondition(!state.isWaiting, "a ring has one consumer")
                let delivery = take(&state)
                let isOver = state.isFinished || deadline.map { $0 <= .now } ?? false
                state.isWaiting = delivery == nil && !isOver
                return (delivery, isOver)
            }
            if delivery != nil || isOver { return delivery }
            await change.wait(until: deadline, isCancellable: false)
            state.withLock { $0.isWaiting = false }
        }
    }

    package struct Iterator: AsyncIteratorProtocol {
        let ring: EventRing

        package func next() async -> EventOrGap? { await ring.next() }
    }

    package func makeAsyncIterator() -> Iterator { Iterator(ring: self) }

    private func deliverOverflow(_ state: inout State) {
        guard let gap = state.overflow else { return }
        state.overflow = nil
        deliver(.gap(gap), &state)
    }

    private func deliver(_ delivery: EventOrGap, _ state: inout State) {
        if case .events(let batch) = delivery { state.bytes += batch.byteCount }
        state.deliveries.append(delivery)
        wake(&state)
    }

    private func wake(_ state: inout State) {
        state.isWaiting = false
        change.ring()
    }

    private func take(_ state: inout State) -> EventOrGap? {
        // Everything before the loss was taken, so there is room and the loss is over.
        if state.head == state.deliveries.count { deliverOverflow(&state) }
        guard state.head < state.deliveries.count else { return nil }
        let delivery = state.deliveries[state.head]
        state.deliveries[state.head] = .gap(Self.consumed)
        state.head += 1
        if case .events(let batch) = delivery { state.bytes -= batch.byteCount }
        if state.head == state.deliveries.count || state.head >= 1024 {
            state.deliveries.removeSubrange(..<state.head)
            state.head = 0
        }
        return delivery
    }

    /// Fills a slot that was taken, so that the memory of its events is freed.
    private static let consumed = Gap(
        cause: .overflow,
        from: Timestamp(seconds: 0),
        to: Timestamp(seconds: 0),
        events: 0
    )
}
