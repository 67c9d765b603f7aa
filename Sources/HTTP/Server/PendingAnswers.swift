import Basics

/// All answers of a server that are still being worked on: their limit, their deadlines, and their end with the server.
final class PendingAnswers: Sendable {
    private struct State {
        /// `nil` once the server stops.
        var open: [ObjectIdentifier: PendingAnswer]? = [:]
        /// Whether no new one may start.
        var isDraining = false
        /// The number of running handlers, including those whose answer was given up.
        var working = 0
        /// When the next check of them is due; `nil` while there are none.
        var nextCheck: ContinuousClock.Instant?
        /// The task that checks them; it starts with the first one.
        var watch: Task<Void, Never>?
    }

    /// How often to check whether a client has gone: a suspended connection does not report it.
    private static let interval = Duration.seconds(1)

    private let state = Lock(State())
    private let signal = WakeSignal()
    private let drained: EventFD
    private let limit: Int

    /// - Parameter limit: the most handlers that run at once.
    init(limit: Int) throws(SystemError) {
        self.limit = limit
        drained = try EventFD()
    }

    /// The number of running handlers.
    var workingCount: Int { state.withLock { $0.working } }

    /// Starts the work of a pending answer; returns the reason when too many run or the server stops.
    func begin(_ pending: PendingAnswer) -> DeferredAnswer.Failure? {
        let (failure, isSooner) = state.withLock { state -> (DeferredAnswer.Failure?, Bool) in
            guard state.open != nil, !state.isDraining else { return (.stopping, false) }
            guard state.working < limit else { return (.busy, false) }
            state.working += 1
            state.open?[ObjectIdentifier(pending)] = pending
            let check = min(pending.deadline, .now + Self.interval)
            let isSooner = state.nextCheck.map { check < $0 } ?? true
            if isSooner { state.nextCheck = check }
            if state.watch == nil { state.watch = Task { await self.watch() } }
            return (nil, isSooner)
        }
        guard failure == nil else { return failure }
        if isSooner { signal.ring() }
        pending.start { [self] in state.withLock { $0.working -= 1 } }
        return nil
    }

    /// Removes an answer that its connection has taken, or no longer needs.
    func end(_ pending: PendingAnswer) {
        pending.giveUp(.gone)
        let isLast = state.withLock { state in
            state.open?[ObjectIdentifier(pending)] = nil
            return state.isDraining && state.open?.isEmpty ?? true
        }
        if isLast { drained.signal() }
    }

    /// Lets no new one start, and waits until the others have been sent, for at most `grace`.
    ///
    /// Blocks.
    func drain(for grace: Duration) {
        let isEmpty = state.withLock { state in
            state.isDraining = true
            return state.open?.isEmpty ?? true
        }
        if !isEmpty { _ = Poll.wait(for: .read, on: drained.descriptor, timeout: grace) }
    }

    /// Gives up all of them, and refuses new ones from then on.
    func stop() {
        let (open, watch) = state.withLock { state -> ([PendingAnswer], Task<Void, Never>?) in
            defer { (state.open, state.watch) = (nil, nil) }
            return (state.open.map { Array($0.values) } ?? [], state.watch)
        }
        for pending in open { pending.giveUp(.stopping) }
        watch?.cancel()
    }

    private func watch() async {
        while !Task.isCancelled {
            let now = ContinuousClock.now
            for pending in state.withLock({ $0.open.map { Array($0.values) } ?? [] }) {
                if pending.deadline <= now {
                    pending.giveUp(.deadline)
                } else if pending.isClientGone {
                    pending.giveUp(.gone)
                }
            }
            let next = state.withLock { state in
                let deadlines = (state.open ?? [:]).values.lazy.filter { $0.response == nil }.map(\.deadline)
                state.nextCheck = deadlines.min().map { min($0, now + Self.interval) }
                return state.nextCheck
            }
            await signal.wait(until: next)
        }
    }
}
