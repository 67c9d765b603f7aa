package import Basics
import Glibc
import SQLite

/// The durable queue between the PBX and the API.
///
/// **Format.** One SQLite file, `spool.db`, with its write-ahead log; `Schema` has the tables and their versions. Each
/// row of a record has a checksum. A lock file keeps out a second process.
///
/// **Invariants.**
/// - received = delivered + waiting + dead + dropped + filtered + refused + lost, for CDRs and for CELs.
/// - A record belongs to at most one batch; a batch keeps its bytes and its key until it is acknowledged, split or
///   turned into dead letters.
/// - Records of one call are delivered in the order of their arrival.
/// - The folder stays within 1.25 times the limit plus 8 MiB.
///
/// ```swift
/// let spool = try RecordSpool(SpoolConfiguration(directory: "/var/lib/asterisk-connector"))
/// _ = try await spool.append([record])
/// if let batch = try await spool.freeze(count: 200, bytes: 1 << 20, avoiding: [], key: BatchMaker.newKey()) {
///     // Sent, and answered with success:
///     try await spool.acknowledge(batch)
/// }
/// ```
///
/// A record that `append` has accepted is on the disk, flushed, before `append` returns; it stays there until
/// `acknowledge` removes it or `moveToDeadLetters` makes it a dead letter. All work happens on a dedicated thread,
/// which alone owns the SQLite connection. `perform` gives access to everything that has no method here.
///
/// A fault is a state, not an end: a failed call throws, and the next call first tries to repair the spool: it opens
/// the file again or, when the file is damaged, gone, or was not flushed, makes a new one with everything that can be
/// read. A call that threw may be repeated; nothing happens twice.
package actor RecordSpool {
    /// Which records are sent next.
    package enum Lane: Sendable {
        case oldest
        /// The records of calls that began after the backlog: see `BacklogBypass`.
        case live
    }

    /// The result of an append.
    package struct Appended: Sendable {
        package var accepted: [RecordKind: Int] = [:]
        /// Records that a full spool refused, which are in a declared gap.
        package var refused: [RecordKind: Int] = [:]
        /// Records whose key was known: they were accepted earlier.
        package var duplicates = 0
        /// The number of records in no batch, before and after.
        package var unfrozenBefore = 0
        package var unfrozenAfter = 0

        /// Nothing was appended.
        package static let nothing = Appended()
    }

    private let worker: Worker
    let keeper: StoreKeeper
    private var attempted: IntakeAttempt?

    nonisolated package let path: String

    /// The time up to which the last run missed nothing; `nil` for a new spool.
    nonisolated package let aliveBefore: Timestamp?

    /// The state of the spool after its last change; reading it does not wait for the spool.
    nonisolated package var figures: SpoolFigures { published.withLock { $0 } }

    nonisolated private let published = Lock(SpoolFigures())
    nonisolated private let isRepairing = Lock(false)

    /// Whether its thread is waiting for the disk, or is repairing the spool.
    nonisolated package var isHeldUp: Bool { isRepairing.withLock { $0 } || worker.activity == .waitsForSystem }

    nonisolated package var unownedExecutor: UnownedSerialExecutor { unsafe worker.asUnownedSerialExecutor() }

    /// Opens the spool; creates it when it does not exist, repairs it when it is damaged.
    ///
    /// Blocks.
    package init(_ configuration: SpoolConfiguration, log: Logger? = nil) throws(SpoolError) {
        do throws(SystemError) { worker = try Worker("spool") } catch { throw .noThread(error) }
        keeper = try StoreKeeper(configuration, log: log)
        path = keeper.files.database
        let store = try keeper.store()
        aliveBefore = store.isNew ? keeper.firstUse : store.queue.state.aliveAt
        let figures = (try? keeper.figures(of: store)) ?? SpoolFigures()
        published.withLock { $0 = figures }
    }

    package var counts: [RecordKind: RecordCounts] { figures.counts }

    /// The number of records in the spool.
    package var waiting: Int { figures.waiting }

    /// The number of records that are in no batch yet.
    package var unfrozen: Int { keeper.opened?.queue.unfrozen ?? 0 }

    /// Since when the first record that is in no batch has waited; records of an earlier run count from the restart.
    package var unfrozenSince: ContinuousClock.Instant? { keeper.opened?.queue.unfrozenSince }

    /// Accepts records, all or none of them, except those that a full spool refuses.
    ///
    /// - Parameters:
    ///   - filtered: the number of records that a filter left out since the last call; they are only counted.
    ///   - snapshots: stored or deleted in the same transaction.
    ///   - notes: stored in the same transaction, whether or not the records are accepted.
    ///   - completeUntil: the time up to which nothing was missed once they are stored; `nil` means the receipt of the
    ///     last one.
    ///   - intake: a random number of this group, not 0; when it is repeated with the same number after a failure,
    ///     nothing is stored or counted twice. Without one, only the keys of the records prevent duplicates.
    /// - Throws: the error that kept the records from the disk. They may be stored nevertheless: append the same ones
    ///   again before anything else.
    package func append(
        _ records: [NewRecord],
        filtered: [RecordKind: Int] = [:],
        snapshots: [ChannelSnapshot] = [],
        notes: CallNotes = CallNotes(),
        completeUntil: Timestamp? = nil,
        intake: Int = 0
    ) throws(SpoolError) -> Appended {
        let level = keeper.level
        guard level != .nothing else { throw .full(path: path, cause: keeper.fillCause ?? .disk) }
        return try during { (store) throws(SQLiteError) in
            try store.append(
                records,
                filtered: filtered,
                snapshots: snapshots,
                notes: notes,
                completeUntil: completeUntil,
                level: level,
                intake: intake,
                attempted: &attempted
            )
        }
    }

    /// Puts records that are in no batch into a new, frozen one; `nil` when there are none.
    ///
    /// - Parameters:
    ///   - count: the most records.
    ///   - bytes: the most bytes of bodies; the first record is taken whatever its size.
    ///   - busy: calls whose earlier records are being sent; their later ones wait, which keeps a call in order.
    ///   - key: use the same key again after a failure.
    package func freeze(
        _ lane: Lane = .oldest,
        count: Int,
        bytes: Int,
        avoiding busy: Set<Int>,
        key: String
    ) throws(SpoolError) -> FrozenBatch? {
        try during(usingReserve: true) { (store) throws(SQLiteError) in
            try store.queue.freeze(lane, count: count, bytes: bytes, avoiding: busy, key: key)
        }
    }

    /// Removes a batch that the API has accepted, with all its records.
    package func acknowledge(_ batch: FrozenBatch) throws(SpoolError) {
        try during(usingReserve: true) { (store) throws(SQLiteError) in try store.queue.acknowledge(batch) }
    }

    /// Splits a batch into two: its first `count` records and the rest, each with its own key.
    package func split(
        _ batch: FrozenBatch,
        after count: Int,
        keys: (String, String)
    ) throws(SpoolError) -> [FrozenBatch] {
        try during(usingReserve: true) { (store) throws(SQLiteError) in
            try store.queue.split(batch, after: count, keys: keys)
        }
    }

    /// Turns the records of a batch into dead letters: they are not sent again, and kept with the API's answer.
    package func moveToDeadLetters(_ batch: FrozenBatch, status: Int, reason: String) throws(SpoolError) {
        try during(usingReserve: true) { (store) throws(SQLiteError) in
            try store.queue.moveToDeadLetters(batch, status: status, reason: reason, at: .now())
        }
    }

    /// Records that the API has a recording; false when the file has changed meanwhile.
    package func uploaded(recording id: Int, at instant: Timestamp) throws(SpoolError) -> Bool {
        try during(usingReserve: true) { (store) throws(SQLiteError) in
            try store.recordings.uploaded(id, at: instant)
        }
    }

    /// Checks that the file still exists and the disk has room, and repairs what is broken; call it every few seconds.
    package func inspect() throws(SpoolError) {
        keeper.inspect()
        try during { _ in }
    }

    /// Runs `body` on the thread of the spool, after everything that waits there.
    package func answer(_ body: @Sendable () -> Void) { body() }

    /// Closes the spool in order; another process can then open it.
    package func close() { keeper.close() }

    /// Runs `body` on the thread of the spool, with its tables, and publishes the state of the spool afterwards.
    ///
    /// Intake, and changes that may use the space reserved for a full disk, have methods of their own instead.
    ///
    /// ```swift
    /// let gaps = try await spool.perform { try $0.gaps.latest(10) }
    /// ```
    ///
    /// - Parameter body: blocks the spool, and keeps nothing of the store. Any error that it throws counts as a failure
    ///   of the store; the type of the error is left open, since each closure would have to name it.
    package func perform<Result: Sendable>(
        _ body: @Sendable (SpoolStore) throws -> Result
    ) throws(SpoolError) -> Result {
        try during { (store) throws(SQLiteError) in
            do {
                return try body(store)
            } catch {
                throw error as? SQLiteError
                    ?? SQLiteError(code: 1, message: "\(error)", operation: "perform a change of the spool")
            }
        }
    }

    /// Runs `body`, and publishes the state of the spool afterwards.
    ///
    /// - Parameter usingReserve: whether it may use the space that is reserved for a full disk.
    func during<Result>(
        usingReserve: Bool = false,
        _ body: (SpoolStore) throws(SQLiteError) -> Result
    ) throws(SpoolError) -> Result {
        do throws(SpoolError) {
            let store = try repaired()
            let result = try keeper.attempt(body, on: store, usingReserve: usingReserve)
            let figures = try keeper.attempt(
                { (store) throws(SQLiteError) in try keeper.figures(of: store) },
                on: store
            )
            published.withLock { $0 = figures }
            return result
        } catch {
            let (level, cause) = (keeper.level, keeper.fillCause)
            published.withLock {
                $0.lastError = error
                $0.level = level
                $0.fillCause = cause
            }
            throw error
        }
    }

    private func repaired() throws(SpoolError) -> SpoolStore {
        guard !keeper.isWhole else { return try keeper.store() }
        isRepairing.withLock { $0 = true }
        defer { isRepairing.withLock { $0 = false } }
        return try keeper.store()
    }
}
