import Basics

/// The engine as the picture that one of several instances has of what Redis decided, and from which it decides while
/// Redis is away.
///
/// A number that was given here without Redis is unreported until Redis knows of it. Meanwhile no answer of Redis may give
/// that number, as Redis did not know of it: `adopt` refuses it.
extension EmbeddedEngine {
    /// What Redis must know of a number.
    struct Report: Sendable, Equatable {
        var stored: StoredUse
        /// Whether the last change was made here without Redis.
        var isUnreported: Bool
        /// The end of a reservation that Redis may still have, and that was released here; 0 for none.
        var releasedEnd: Int64
    }

    /// Applies a change that Redis made for this process.
    ///
    /// - Returns: false when this process gave the number meanwhile without Redis; nothing is changed then.
    func adopt(_ event: SelectionEvent) -> Bool {
        change { state, _ in
            guard !state.unreported.contains(event.number) else { return (false, nil) }
            state.selection.apply(event)
            return (true, event)
        }
    }

    /// Applies a change that another process made.
    func follow(_ event: SelectionEvent) { _ = adopt(event) }

    /// Whether this process gave or released the number without Redis, and Redis does not know.
    func isUnreported(_ number: Digits) -> Bool { state.withLock { $0.unreported.contains(number) } }

    /// Decides here, because Redis is away.
    ///
    /// - Parameters:
    ///   - share: the numbers that this instance may give; `nil` for all.
    ///   - begins: whether Redis is away from now on; otherwise the answer is `nil` when it is not.
    func selectAway(_ request: SelectionRequest, _ share: NumberShare?, begins: Bool) -> Selection? {
        changeAway(begins: begins) { state, now in
            state.selection.share = share
            defer { state.selection.share = nil }
            return state.selection.select(request, at: now)
        }
    }

    /// As `selectAway`, for the number that a trunk shows.
    func lookUpAway(_ lookup: TrunkLookup, _ share: NumberShare?, begins: Bool) -> TrunkNumber?? {
        changeAway(begins: begins) { state, now in
            state.selection.share = share
            defer { state.selection.share = nil }
            return state.selection.lookUp(lookup, at: now)
        }
    }

    /// As `selectAway`, for the end of a reservation.
    func releaseAway(_ number: Digits, holder: String?, wasUnused: Bool, begins: Bool) -> Bool? {
        changeAway(begins: begins) { state, now in
            let former = state.selection.use(of: number)?.reservedUntil ?? 0
            let event = state.selection.release(number, holder: holder, wasUnused: wasUnused, at: now)
            if event != nil { state.unreported.note(number, formerEnd: former) }
            return (event != nil, event)
        }
    }

    private func changeAway<Answer: Sendable>(
        begins: Bool,
        _ decide: (inout EngineState, _ now: Int64) -> (Answer, SelectionEvent?)
    ) -> Answer? {
        change { state, now in
            if begins { state.unreported.isAway = true }
            guard state.unreported.isAway else { return (nil, nil) }
            let (answer, event) = decide(&state, now)
            if let event { state.unreported.note(event.number, formerEnd: 0) }
            return (answer, event)
        }
    }

    /// Whether decisions are made here.
    var isAway: Bool { state.withLock { $0.unreported.isAway } }

    /// Decides here from now on, until `resume`.
    func goAway() { state.withLock { $0.unreported.isAway = true } }

    /// Lets Redis decide again when it knows everything; false when there is something to report first.
    func resume() -> Bool {
        state.withLock { state in
            guard state.unreported.isEmpty else { return false }
            state.unreported.isAway = false
            return true
        }
    }

    /// What Redis has to know: what was done without it, or also all uses of today and all reservations.
    func reports(all: Bool) -> [Report] {
        state.withLock { state in
            let now = state.clock.show(configuration.clock())
            let uses =
                all
                ? state.selection.currentUses(at: now)
                : state.unreported.numbers.keys.compactMap { state.selection.stored($0) }
            // A number that was removed meanwhile is nobody's any more.
            if !all {
                for number in state.unreported.numbers.keys where state.selection.stored(number) == nil {
                    state.unreported.forget(number)
                }
            }
            return uses.map { use in
                Report(
                    stored: use,
                    isUnreported: state.unreported.contains(use.number),
                    releasedEnd: state.unreported.numbers[use.number] ?? 0
                )
            }
        }
    }

    /// Notes that Redis knows these; a number that changed meanwhile stays unreported.
    func reported(_ reports: [Report]) {
        state.withLock { state in
            for report in reports where state.selection.stored(report.stored.number) == report.stored {
                state.unreported.forget(report.stored.number)
            }
        }
    }

    /// Takes over what Redis knows of numbers and this picture does not.
    func learn(_ uses: [StoredUse]) {
        let isFirst = state.withLock { state in
            for use in uses where !state.unreported.contains(use.number) { state.selection.learn(use) }
            defer { state.isDirty = true }
            return !state.isDirty
        }
        if isFirst { wake.ring() }
    }

    /// The numbers that decisions know, in no order.
    var knownNumbers: [Digits] { state.withLock { $0.selection.knownNumbers } }

    /// The numbers that are reserved, in no order.
    var reservedNumbers: [Digits] { state.withLock { $0.selection.reservedNumbers } }

    /// Takes over the numbers of another instance: into the store, then into the decisions; the observer gets nothing.
    func takeOver(_ records: [NumberRecord], removed: [Digits]) async throws(CallerIDStoreError) {
        let stored = try await keeper.takeOver(records, removed: removed)
        update(stored, removed: removed)
    }
}
