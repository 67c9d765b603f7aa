import Basics
import ODBC

/// Takes the numbers of a database of the site over into the engine: all of them, or those that changed.
///
/// Nothing is removed before the whole new set is there, and a sync that is refused leaves the old set: see `SyncError`.
/// Decisions go on all the time, and never wait for the database.
package final class NumberSync: Service {
    struct Configuration: Sendable {
        /// 0: only by request.
        var interval = Duration.seconds(60)
        /// 0: only by request.
        var fullInterval = Duration.seconds(3600)
        /// The share of numbers, in percent, that a sync may take away.
        var dropLimit = 50
    }

    /// What is known of the database.
    struct State: Sendable {
        /// Why the last sync changed nothing; `nil` after one that did what it should.
        var problem: String?
        /// Whether the database did not answer.
        var isAway = false
        /// When a sync succeeded last.
        var lastSuccess: ContinuousClock.Instant?
        var lastSuccessTime: Timestamp?
        var lastResult: SyncResult?
        fileprivate var lastFull: ContinuousClock.Instant?
        fileprivate var latest: String?
    }

    package let name = "callerid-sync"
    let numbers: ForeignNumbers
    /// Changes of numbers take turns, so that none falls between the reading and the writing of a sync.
    let turns = Turns()
    private let engine: EmbeddedEngine
    private let configuration: Configuration
    private let counters: [SyncOutcome: Counter]
    private let state = Lock(State())
    private let audit: AdminAudit?
    /// `nil` without Redis.
    private let lock: SyncLock?
    private let log: Logger

    init(
        _ numbers: ForeignNumbers,
        _ engine: EmbeddedEngine,
        _ configuration: Configuration,
        counters: [SyncOutcome: Counter],
        audit: AdminAudit? = nil,
        lock: SyncLock? = nil,
        log: Logger
    ) {
        self.numbers = numbers
        self.engine = engine
        self.configuration = configuration
        self.counters = counters
        self.audit = audit
        self.lock = lock
        self.log = log
    }

    var current: State { state.withLock { $0 } }

    private let start = ContinuousClock.now

    /// The seconds since the last sync that succeeded, or since the start.
    var age: Double {
        let age = (current.lastSuccess ?? start).duration(to: .now).components
        return Double(age.seconds) + Double(age.attoseconds) / 1e18
    }

    /// Takes over what changed, or all; after another one that runs.
    ///
    /// - Parameters:
    ///   - isFull: reads all rows; else this depends on the table.
    ///   - isForced: lets an empty table or one with few numbers count.
    ///   - trunk: only the numbers of this trunk, which is in service then.
    ///   - actor: who asked for it, for the audit file; `nil` when the caller writes it.
    /// - Throws: `SyncError`; then nothing has changed. `busy` and `lost` say nothing about the database: another instance
    ///   reads it.
    package func sync(
        isFull: Bool,
        isForced: Bool = false,
        trunk: String? = nil,
        by actor: AdminAudit.Actor? = .service
    ) async throws(SyncError) -> SyncResult {
        do throws(SyncError) {
            let result = try await turns.take { () async throws(SyncError) in
                guard let lock else { return try await run(isFull: isFull, isForced: isForced, trunk: trunk) }
                return try await lock.run { (holding) async throws(SyncError) in
                    try await self.run(isFull: isFull, isForced: isForced, trunk: trunk, holding)
                }
            }
            succeeded(result)
            if let actor, actor != .service || result.changes > 0 { audit?.note(actor, "sync", new: result.json) }
            return result
        } catch {
            switch error {
            case .busy: log.debug("sync of caller IDs skipped, another instance has one under way")
            case .lost: log.warning("sync of caller IDs given up, its lock in Redis was lost")
            default: failed(error)
            }
            throw error
        }
    }

    private func run(
        isFull: Bool,
        isForced: Bool,
        trunk: String?,
        _ holding: SyncLock.Holding? = nil
    ) async throws(SyncError) -> SyncResult {
        let latest = isFull || trunk != nil ? nil : state.withLock { $0.latest }
        let reading = try await numbers.read(since: latest)
        let rows = reading.rows
        if rows.wrong * 100 > rows.result.read {
            throw .badRows(rows.wrong, of: rows.result.read, first: rows.firstRejection)
        }
        var options = ImportOptions()
        options.hasPlaces = true
        options.isForced = isForced
        options.mode = reading.isFull ? .replace : .update
        let stored = try await Self.stored { () async throws(CallerIDStoreError) in try await engine.numbers() }
        let records: [NumberRecord]
        if let trunk {
            let fitting = rows.records.filter { record in record.places.contains { $0.trunk == trunk } }
            guard !fitting.isEmpty else { throw .noTrunk(trunk) }
            records = NumberSet.replacing(trunk, with: fitting, stored: stored)
        } else if reading.isFull {
            guard !rows.records.isEmpty || isForced else { throw .empty(table: reading.table.name) }
            records = NumberSet.synchronised(rows.records, stored: stored)
        } else {
            let hasDefaults = reading.table.columns[.isDefault] != nil
            records = NumberSet.changed(rows.records, stored: stored, hasDefaults: hasDefaults)
        }
        // Reading may have taken long.
        try await holding?.confirm()
        let imported = try await apply(records, options)
        var result = rows.result
        result.isFull = reading.isFull
        result.added = imported.added.count
        result.changed = imported.updated.count
        result.removed = imported.removed.count
        if trunk == nil { note(reading) }
        return result
    }

    private func apply(_ records: [NumberRecord], _ options: ImportOptions) async throws(SyncError) -> ImportResult {
        do {
            return try await engine.importNumbers(records, options, dropLimit: configuration.dropLimit)
        } catch let error as ImportError {
            throw .drop(error)
        } catch let error as CallerIDStoreError {
            throw .store(error)
        } catch {
            throw .database(.unexpected("\(error)"))
        }
    }

    private static func stored<Answer: Sendable>(
        _ body: () async throws(CallerIDStoreError) -> Answer
    ) async throws(SyncError) -> Answer {
        do throws(CallerIDStoreError) { return try await body() } catch { throw .store(error) }
    }

    private func note(_ reading: ForeignNumbers.Reading) {
        state.withLock { state in
            if let latest = reading.latest { state.latest = latest }
            if reading.isFull { state.lastFull = .now }
        }
    }

    private func succeeded(_ result: SyncResult) {
        counters[.ok]?.add()
        let wasBad = state.withLock { state in
            let wasBad = state.problem != nil
            state.problem = nil
            state.isAway = false
            state.lastResult = result
            state.lastSuccess = .now
            state.lastSuccessTime = .now()
            return wasBad
        }
        let fields: [Logger.Field] = [
            .init("read", result.read), .init("added", result.added), .init("changed", result.changed),
            .init("removed", result.removed), .init("rejected", result.rejectedCount),
        ]
        if wasBad || result.changes > 0 {
            log.info("caller IDs synchronised", fields)
        } else {
            log.debug("caller IDs synchronised", fields)
        }
    }

    private func failed(_ error: SyncError) {
        counters[error.isRefusal ? .refused : .failed]?.add()
        let text = "\(error)"
        let isNew = state.withLock { state in
            let isNew = state.problem != text
            state.problem = text
            if case .database(let error) = error { state.isAway = error.isAway } else { state.isAway = false }
            return isNew
        }
        if isNew { log.error("sync of caller IDs failed, the numbers stay as they are", [.init(own: "error", text)]) }
    }

    // MARK: Service

    /// Synchronises now, and then again after each interval until cancelled.
    package func run() async throws {
        let timed = [configuration.interval, configuration.fullInterval].filter { $0 > .zero }.min()
        var random = SystemRandomNumberGenerator()
        while let timed {
            _ = try? await sync(isFull: isFullDue)
            let share = Double(Int.random(in: 900...1100, using: &random)) / 1000
            try await Task.sleep(for: timed * share)
        }
        try await waitForCancellation()
    }

    private var isFullDue: Bool {
        guard let lastFull = state.withLock({ $0.lastFull }) else { return true }
        return configuration.fullInterval > .zero && lastFull.duration(to: .now) >= configuration.fullInterval
    }
}

/// What became of a sync.
package enum SyncOutcome: String, Sendable, CaseIterable {
    case ok
    /// The database has too few numbers, or too many bad rows.
    case refused
    /// The database, its table or the store of this service failed.
    case failed
}
