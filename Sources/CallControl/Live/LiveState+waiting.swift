import AMI
import Basics
import LiveCalls

extension LiveState {
    /// Calls `look` now and after each change of the model, until it has returned something or `done` is set.
    ///
    /// `look` must not block. What it returns is the value of `done`; the caller sets another one when time is over, and
    /// then ends the watch.
    ///
    /// - Returns: the number of the watch, for `endWatch`.
    func watch<Outcome: Sendable>(
        _ done: Promise<Outcome>,
        _ look: @escaping @Sendable (LiveModel) -> Outcome?
    ) -> Int {
        let see: @Sendable (LiveModel) -> Bool = { model in
            guard done.fulfilled == nil, let outcome = look(model) else { return done.fulfilled != nil }
            done.fulfil(outcome)
            return true
        }
        return state.withLock { state in
            state.lastWatch += 1
            if !see(state.model) { state.watches[state.lastWatch] = see }
            return state.lastWatch
        }
    }

    func endWatch(_ number: Int) { state.withLock { $0.watches[number] = nil } }

    /// What `look` says of the model as soon as it says something; `nil` when it says nothing until `deadline`.
    func outcome<Outcome: Sendable>(
        until deadline: ContinuousClock.Instant,
        _ look: @escaping @Sendable (LiveModel) -> Outcome?
    ) async -> Outcome? {
        let done = Promise<Outcome?>()
        let number = watch(done) { model in look(model).map { $0 } }
        let timer = Task {
            try? await Task.sleep(until: deadline, clock: .continuous)
            done.fulfil(nil)
        }
        let outcome = await done.value
        timer.cancel()
        endWatch(number)
        return outcome
    }

    /// Lets somebody hear each event, after the model and before those who watch it; must not block.
    func observe(_ observer: @escaping @Sendable (AMIMessage) -> Void) { state.withLock { $0.observer = observer } }

    /// What the model is asked.
    func read<Result: Sendable>(_ body: @Sendable (LiveModel) -> Result) -> Result {
        state.withLock { body($0.model) }
    }

    /// Changes what the service itself knows, and publishes what changed.
    ///
    /// - Parameter body: returns the changes that the model has returned.
    @discardableResult
    func change<Result: Sendable>(
        _ body: @Sendable (inout LiveModel, LiveTime) -> (result: Result, changes: [LiveChange])
    ) -> Result {
        let now = clock.now()
        return state.withLock { state in
            let (result, changes) = body(&state.model, now)
            publish(changes, &state, at: now)
            state.lookAround()
            return result
        }
    }
}

extension LiveState.State {
    /// Asks those who wait for something.
    mutating func lookAround() {
        guard !watches.isEmpty else { return }
        for (number, see) in watches where see(model) { watches[number] = nil }
    }
}
