import Basics

/// All answers of a server that are still being worked on: how many may be, when their time is over, and their end with
/// the server.
final class PendingAnswers: Sendable {
    private struct State {
        /// `nil` once the server stops.
        var open: [ObjectIdentifier: PendingAnswer]? = [:]
        /// Whether no other may begin.
        var isDraining = false
        /// Handlers at work; those whose answer was given up too.
        var working = 0
        /// When the next look at them is due; `nil` while there are none.
        var nextLook: ContinuousClock.Instant?
        /// Looks at them; there is one from the first of them on.
        var watch: Task<Void, Never>?
    }

    /// How often it is looked whether a client has gone: a suspended connection does not tell.
    private static let interval = Duration.seconds(1)

    private let state = Lock(State())
    private let signal = WakeSignal()
    private let drained: EventFD
    private let limit: Int

    /// - Parameter limit: most handlers at work at once.
    init(limit: Int) throws(SystemError) {
        self.limit = limit
        drained = try EventFD()
    }

    /// Handlers at work.
    var workingCount: Int { state.withLock { $0.working } }

    /// Begins the work of a pending answer, unless there is too much of it or the server stops.
    func begin(_ pending: PendingAnswer) -> DeferredAnswer.Failure? {
        let (failure, isSooner) = state.withLock { state -> (DeferredAnswer.Failure?, Bool) in
            guard state.open != nil, !state.isDraining else { return (.stopping, false) }
            guard state.working < limit else { return (.busy, false) }
            state.working += 1
            state.open?[ObjectIdentifier(pending)] = pending
            let look = min(pending.deadline, .now + Self.interval)
            let isSooner = state.nextLook.map { look < $0 } ?? true
            if isSooner { state.nextLook = look }
            if state.watch == nil { state.watch = Task { await self.watch() } }
            return (nil, isSooner)
        }
        guard failure == nil else { return failure }
        if isSooner { signal.ring() }
        pending.start { [self] in state.withLock { $0.working -= 1 } }
        return nil
    }

    /// Forgets an answer that its connection has taken, or needs no more.
    func end(_ pending: PendingAnswer) {
        pending.giveUp(.gone)
        let isLast = state.withLock { state in
            state.open?[ObjectIdentifier(pending)] = nil
            return state.isDraining && state.open?.isEmpty ?? true
        }
        if isLast { drained.signal() }
    }

    /// Lets none begin any more, and waits until the others have been sent, for so long at most.
    ///
    /// Blocks.
    func drain(for grace: Duration) {
        let isEmpty = state.withLock { state in
            state.isDraining = true
            return state.open?.isEmpty ?? true
        }
        if !isEmpty { _ = Poll.wait(for: .read, on: drained.descriptor, timeout: grace) }
    }

    /// Gives up all of them, and those that would begin, for good.
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
                state.nextLook = deadlines.min().map { min($0, now + Self.interval) }
                return state.nextLook
            }
            await signal.wait(until: next)
        }
    }
}
