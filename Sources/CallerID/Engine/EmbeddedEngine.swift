package import Basics

/// Decides in the memory of this process, and keeps each decision on the disk.
///
/// **Promise.** When an answer leaves, its change is in the journal: killing the process loses no reservation, count or
/// request id that was answered. The store takes the changes over within about 200 ms, flushed; a loss of power can cost
/// the decisions of that time. A full disk stops no decision: the journal's blocks are allocated in advance, and when it
/// cannot be written, `figures.isJournalLost` says so.
///
/// ```swift
/// let engine = try EmbeddedEngine(.init(directory: "/var/lib/x", policy: policy), log: log)
/// let selection = engine.select(request)
/// ```
package final class EmbeddedEngine: Service {
    package struct Configuration: Sendable {
        package var directory: String
        package var policy: SelectionPolicy
        /// The rows of the history that wait for the disk; more are dropped and counted.
        package var auditLimit = 100_000
        /// How long changes wait before the store takes them over.
        package var interval = Duration.milliseconds(200)
        /// Gets each change of the numbers after it is stored.
        var observer: (any NumberObserver)?
        var clock: @Sendable () -> SteadyClock.Reading = { .now() }

        package init(directory: String, policy: SelectionPolicy) {
            self.directory = directory
            self.policy = policy
        }
    }

    package let name = "engine"
    let configuration: Configuration
    let state: Lock<EngineState>
    private let history: AuditQueue
    let keeper: StoreKeeper
    let wake = WakeSignal()
    private let log: Logger

    /// Opens the store, repeats what the journal has beyond it, and takes the lock of the folder.
    ///
    /// Blocks.
    ///
    /// - Throws: `CallerIDStoreError`.
    package init(_ configuration: Configuration, log: Logger) throws(CallerIDStoreError) {
        self.configuration = configuration
        self.log = log
        history = AuditQueue(limit: configuration.auditLimit)
        let directory = configuration.directory
        let store = try CallerIDStore(directory: directory)
        let start = Timestamp(microseconds: configuration.clock().time)
        var selection = SelectionState(configuration.policy, at: start)
        try store.forEachNumber { selection.store($0.forSelection) }
        try store.forEachUse { selection.restore($0) }
        let position = try store.position()
        let recovered = try Self.wrapped { () throws(SystemError) in
            try GrantJournal.recover(directory, from: position)
        }
        for event in recovered.events { selection.apply(event) }
        // The journal's files are overwritten only when the store has what they hold.
        let stored = GrantJournal.Position(generation: recovered.next, offset: 0)
        try store.commit(selection.takeChanges(), [], upTo: stored)
        if !recovered.events.isEmpty {
            log.info("caller IDs recovered from the journal", [.init("changes", recovered.events.count)])
        }
        let journal = try Self.wrapped { () throws(SystemError) in
            try GrantJournal(directory: directory, generation: recovered.next)
        }
        // An earlier process may have seen a later time.
        let clock = SteadyClock(notBefore: selection.now, configuration.clock())
        state = Lock(EngineState(selection: selection, journal: journal, clock: clock, stored: stored))
        let worker = try Self.wrapped { () throws(SystemError) in try Worker("callerid-store") }
        store.releaseMemory()
        keeper = StoreKeeper(store, worker)
        // What reading all numbers took is not needed again.
        Heap.trim()
    }

    private static func wrapped<Result>(
        _ body: () throws(SystemError) -> Result
    ) throws(CallerIDStoreError) -> Result {
        do throws(SystemError) { return try body() } catch { throw .directory(error) }
    }

    // MARK: Decisions

    /// Decides which number a call shows; takes microseconds and one write to the journal.
    package func select(_ request: SelectionRequest) -> Selection {
        change { state, now in state.selection.select(request, at: now) }
    }

    /// Finds the number that a trunk shows; `nil` when there is none.
    package func lookUp(_ lookup: TrunkLookup) -> TrunkNumber? {
        change { state, now in state.selection.lookUp(lookup, at: now) }
    }

    /// Ends a reservation before its time; false when there is no such reservation.
    ///
    /// - Parameters:
    ///   - holder: whose reservation it must be; `nil` ends any.
    ///   - wasUnused: takes the use off the counts of this hour and day.
    package func release(_ number: Digits, holder: String?, wasUnused: Bool = false) -> Bool {
        change { state, now in
            let event = state.selection.release(number, holder: holder, wasUnused: wasUnused, at: now)
            return (event != nil, event)
        }
    }

    /// Runs a decision and writes its change to the journal before its answer leaves.
    func change<Answer: Sendable>(
        _ decide: (inout EngineState, _ now: Int64) -> (Answer, SelectionEvent?)
    ) -> Answer {
        let (answer, isFirst, error) = state.withLock { state -> (Answer, Bool, SystemError?) in
            let now = state.clock.show(configuration.clock())
            let (answer, event) = decide(&state, now)
            guard let event else { return (answer, false, nil) }
            let error = state.write(event)
            defer { state.isDirty = true }
            return (answer, !state.isDirty, error)
        }
        if let error { log.error("journal of caller IDs not written", [.init(own: "error", "\(error)")]) }
        if isFirst { wake.ring() }
        return answer
    }

    /// Adds a row to the history; it is dropped and counted when the disk cannot keep up.
    package func audit(_ row: AuditRow) { if history.append(row) { wake.ring() } }

    // MARK: Numbers

    /// Adds a number: the store first, then the decisions.
    ///
    /// - Throws: `CallerIDStoreError`, `.exists` for a number that is there already.
    package func add(_ record: NumberRecord) async throws(CallerIDStoreError) -> NumberRecord {
        let record = try await keeper.insert(record, at: .now())
        await bring([record], removed: [])
        return record
    }

    /// Imports numbers: all of them into the store at once, then in steps into the decisions, which go on meanwhile.
    ///
    /// - Parameter dropLimit: the share of numbers, in percent, that `replace` may take away.
    /// - Throws: `ImportError` when nothing may be changed, or `CallerIDStoreError`.
    package func importNumbers(
        _ records: [NumberRecord],
        _ options: ImportOptions,
        dropLimit: Int
    ) async throws -> ImportResult {
        let result = try await keeper.importNumbers(records, options, dropLimit: dropLimit, at: .now())
        guard !options.isDryRun else { return result }
        await bring(result.added + result.updated, removed: result.removed)
        return result
    }

    /// Brings changes that are stored into the decisions, and to the observer.
    private func bring(_ records: [NumberRecord], removed: [Digits]) async {
        update(records, removed: removed)
        await configuration.observer?.numbersChanged(records, removed: removed)
    }

    /// Brings changes into the decisions, in steps, so that decisions go on meanwhile.
    func update(_ records: [NumberRecord], removed: [Digits]) {
        var changed = records[...]
        while !changed.isEmpty {
            let step = changed.prefix(Self.importStep)
            state.withLock { state in for record in step { state.selection.store(record.forSelection) } }
            changed = changed.dropFirst(step.count)
        }
        var removed = removed[...]
        while !removed.isEmpty {
            let step = removed.prefix(Self.importStep)
            state.withLock { state in for number in step { state.selection.remove(number) } }
            removed = removed.dropFirst(step.count)
        }
    }

    /// The numbers that an import brings into the decisions in one step: below a millisecond.
    private static let importStep = 200

    /// - Throws: `CallerIDStoreError`, `.unknown` for a number that is not there.
    package func remove(_ number: Digits) async throws(CallerIDStoreError) {
        try await keeper.delete(number)
        await bring([], removed: [number])
    }

    /// Changes the fields of a number; its count and reservation stay.
    ///
    /// - Throws: `CallerIDStoreError`, `.unknown` for a number that is not there.
    package func change(_ record: NumberRecord) async throws(CallerIDStoreError) -> NumberRecord {
        let record = try await keeper.update(record, at: .now())
        await bring([record], removed: [])
        return record
    }

    /// - Throws: `CallerIDStoreError`, `.unknown` for a number that is not there.
    package func record(_ number: Digits) async throws(CallerIDStoreError) -> NumberRecord {
        guard let record = try await keeper.number(number) else { throw .unknown(number) }
        return record
    }

    /// All numbers as they are stored, in order of their ids.
    package func numbers() async throws(CallerIDStoreError) -> [NumberRecord] { try await keeper.numbers() }

    // MARK: State

    /// Runs what changes no decision, at the time of the engine's clock.
    func look<Answer: Sendable>(_ body: (inout SelectionState, _ now: Int64) -> Answer) -> Answer {
        state.withLock { body(&$0.selection, $0.clock.show(configuration.clock())) }
    }

    /// Makes numbers free whose time has come, at most `limit`; returns how many.
    func bringBack(limit: Int) -> Int {
        state.withLock { $0.selection.bringBack(limit: limit, at: $0.clock.show(configuration.clock())) }
    }

    /// Deletes history from before `time`, at most `limit` rows of each table; returns whether there may be more.
    func deleteHistory(before time: Timestamp, limit: Int) async throws(CallerIDStoreError) -> Bool {
        try await keeper.deleteHistory(before: time, limit: limit)
    }

    package var figures: Figures {
        state.withLock { state in
            var figures = state.figures
            figures.selection = state.selection.figures
            figures.droppedRows = history.droppedCount
            return figures
        }
    }

    package var areas: [AreaFigures] { state.withLock { $0.selection.areas } }

    /// What a number is doing now; `nil` for an unknown one.
    package func occupation(of number: Digits) -> NumberOccupation? {
        state.withLock { $0.selection.occupation(of: number, at: $0.clock.show(configuration.clock())) }
    }

    package func use(of number: Digits) -> NumberUse? { state.withLock { $0.selection.use(of: number) } }

    package func reservation(of number: Digits) -> Reservation? {
        state.withLock { $0.selection.reservation(of: number) }
    }

    // MARK: Store

    /// Hands changes to the store until cancelled, then once more.
    package func run() async throws {
        while !Task.isCancelled {
            await wake.wait()
            try? await Task.sleep(for: configuration.interval)
            await checkpoint()
        }
        await checkpoint()
        try Task.checkCancellation()
    }

    /// Hands all changes so far to the store.
    ///
    /// When the store fails, the changes stay in the journal and in memory, and the next call tries again.
    package func checkpoint() async {
        let rows = history.take()
        let (position, uses) = state.withLock { state in
            state.isDirty = false
            return (state.journal.end, state.selection.takeChanges())
        }
        do throws(CallerIDStoreError) {
            try await keeper.commit(uses, rows, upTo: position)
        } catch {
            failed(error, uses, rows)
            // The journal is then all that there is after a loss of power.
            return await keeper.flush(journal: state.withLock { $0.journal.descriptor })
        }
        let error = state.withLock { state -> SystemError? in
            state.figures.storeError = nil
            state.stored = position
            do throws(SystemError) {
                try state.journal.turnIfDue(stored: position)
                return nil
            } catch {
                return error
            }
        }
        if let error { log.error("journal of caller IDs not written", [.init(own: "error", "\(error)")]) }
    }

    private func failed(_ error: CallerIDStoreError, _ uses: [StoredUse], _ rows: [AuditRow]) {
        history.putBack(rows)
        let isFirst = state.withLock { state in
            state.selection.markChanged(uses)
            state.isDirty = true
            defer { state.figures.storeError = "\(error)" }
            return state.figures.storeError == nil
        }
        if isFirst { log.error("store of caller IDs failed, retrying", [.init(own: "error", "\(error)")]) }
        wake.ring()
    }
}
