package import Basics
import Glibc
import SQLite

/// The durable queue between the PBX and the API.
///
/// **Format.** One SQLite file, `spool.db`, with its write-ahead log; `Schema` has the tables and their versions. Each row
/// of a record has a checksum. A lock file keeps a second process out.
///
/// **Invariants.**
/// - received = delivered + waiting + dead + dropped + filtered + refused + lost, for CDRs and for CELs.
/// - A record belongs to one batch at most; a batch keeps its bytes and its key until it is acknowledged, split or made
///   dead letters of.
/// - Records of one call are delivered in the order in which they came.
/// - The folder stays within 1.25 times the limit and 8 MiB.
///
/// ```swift
/// let spool = try Spool(SpoolConfiguration(directory: "/var/lib/asterisk-connector"))
/// _ = try await spool.append([record])
/// if let batch = try await spool.freeze(count: 200, bytes: 1 << 20, avoiding: [], key: BatchMaker.newKey()) {
///     // Sent, and answered with success:
///     try await spool.acknowledge(batch)
/// }
/// ```
///
/// What `append` has accepted is on the disk, flushed, before it returns; it stays there until `acknowledge` removes it
/// or `moveToDeadLetters` makes a dead letter of it. All work happens on one thread of its own, which alone owns the SQLite
/// connection.
///
/// Trouble is a state: what fails throws, and the next call tries to repair it first, by opening the file again or, when
/// it is damaged, gone, or was not flushed, by a new one with all that can be read of it. Whatever threw may be asked for
/// again; nothing happens twice.
package actor RecordSpool {
    /// Which records go next.
    package enum Lane: Sendable {
        case oldest
        /// Those of calls that began after the backlog: see `BacklogBypass`.
        case live
    }

    /// What an append did.
    package struct Appended: Sendable {
        package var accepted: [RecordKind: Int] = [:]
        /// Records that are in the declared gap of a full spool.
        package var refused: [RecordKind: Int] = [:]
        /// Records whose key was known: they had been accepted before.
        package var duplicates = 0
        /// Records in no batch, before and after.
        package var unfrozenBefore = 0
        package var unfrozenAfter = 0

        /// Nothing was appended.
        package static let nothing = Appended()
    }

    private let worker: Worker
    let keeper: StoreKeeper
    private var attempted: IntakeAttempt?

    nonisolated package let path: String

    /// Up to when the last run missed nothing; `nil` for a new spool.
    nonisolated package let aliveBefore: Timestamp?

    /// The state of the spool after its last change, for whoever cannot wait.
    nonisolated package var figures: SpoolFigures { published.withLock { $0 } }

    nonisolated private let published = Lock(SpoolFigures())
    nonisolated private let isMending = Lock(false)

    /// Whether its thread waits for the disk at this moment, or makes a new file of a damaged one.
    nonisolated package var isHeldUp: Bool { isMending.withLock { $0 } || worker.activity == .waitsForSystem }

    nonisolated package var unownedExecutor: UnownedSerialExecutor { unsafe worker.asUnownedSerialExecutor() }

    /// Opens the spool, makes it when it is not there, repairs it when it is damaged.
    ///
    /// Blocks.
    package init(_ configuration: SpoolConfiguration, log: Logger? = nil) throws(SpoolError) {
        do throws(SystemError) { worker = try Worker("spool") } catch { throw .noThread(error) }
        keeper = try StoreKeeper(configuration, log: log)
        path = keeper.files.database
        let store = try keeper.store()
        aliveBefore = store.isNew ? keeper.firstUse : store.state.aliveAt
        let figures = (try? keeper.figures(of: store)) ?? SpoolFigures()
        published.withLock { $0 = figures }
    }

    package var counts: [RecordKind: RecordCounts] { figures.counts }

    /// Records that are in the spool.
    package var waiting: Int { figures.waiting }

    /// Records that are in no batch yet.
    package var unfrozen: Int { keeper.opened?.unfrozen ?? 0 }

    /// Since when the first record that is in no batch has waited; after a restart, since then.
    package var unfrozenSince: ContinuousClock.Instant? {
        guard let store = keeper.opened, store.unfrozen > 0 else { return nil }
        return store.arrivals.oldest
    }

    /// Accepts records, all or none of them, but for those that a full spool refuses.
    ///
    /// - Parameters:
    ///   - filtered: how many records a filter left out since the last call; they are only counted.
    ///   - snapshots: kept or forgotten in the same transaction.
    ///   - notes: kept in the same transaction, whatever becomes of the records.
    ///   - completeUntil: up to when nothing was missed once they are stored; `nil` means the receipt of the last one.
    ///   - intake: a number of this group's own, at random but not 0; with the same one again after a failure nothing is
    ///     stored or counted twice. Without one only the keys of records keep them from being stored twice.
    /// - Throws: what kept the disk from having them. They may be there all the same: append the same ones again before
    ///   anything else.
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

    /// The contents of all snapshots, the oldest channels first.
    package func snapshots() throws(SpoolError) -> [[UInt8]] {
        try during { (store) throws(SQLiteError) in
            try store.database.rows("SELECT content FROM memo ORDER BY channel") { $0.bytes(0) }
        }
    }

    /// Keeps the declaration of a gap, between the records accepted before and after.
    ///
    /// - Parameter intake: as for `append`.
    package func declare(_ gap: NewGap, intake: Int = 0) throws(SpoolError) {
        try during { (store) throws(SQLiteError) in try store.declare(gap, intake: intake) }
    }

    /// Notes that up to this moment nothing was missed and all that came was accepted.
    package func noteAlive(at instant: Timestamp) throws(SpoolError) {
        try during { (store) throws(SQLiteError) in try store.noteAlive(at: instant) }
    }

    /// The batches that were frozen earlier and not acknowledged, in the order of their making.
    package func frozenBatches() throws(SpoolError) -> [FrozenBatch] {
        try during { (store) throws(SQLiteError) in try store.frozenBatches() }
    }

    /// Freezes records that are in no batch into a new one; `nil` when there are none.
    ///
    /// - Parameters:
    ///   - count: the most records.
    ///   - bytes: the most bytes of bodies; one record is taken whatever its size.
    ///   - busy: calls whose earlier records are on their way; their later ones wait, which keeps a call in order.
    ///   - key: use the same one again after a failure.
    package func freeze(
        _ lane: Lane = .oldest,
        count: Int,
        bytes: Int,
        avoiding busy: Set<Int>,
        key: String
    ) throws(SpoolError) -> FrozenBatch? {
        try during(usingReserve: true) { (store) throws(SQLiteError) in
            try store.freeze(lane, count: count, bytes: bytes, avoiding: busy, key: key)
        }
    }

    /// The batch with this key: what to look for after a `freeze` that failed.
    package func batch(key: String) throws(SpoolError) -> FrozenBatch? {
        try during { (store) throws(SQLiteError) in try store.batch(key: key) }
    }

    /// Removes a batch that the API has taken, with all its records.
    package func acknowledge(_ batch: FrozenBatch) throws(SpoolError) {
        try during(usingReserve: true) { (store) throws(SQLiteError) in try store.acknowledge(batch) }
    }

    /// Makes two batches of one: its first `count` records and the rest, each with its own key.
    package func split(
        _ batch: FrozenBatch,
        after count: Int,
        keys: (String, String)
    ) throws(SpoolError) -> [FrozenBatch] {
        try during(usingReserve: true) { (store) throws(SQLiteError) in
            try store.split(batch, after: count, keys: keys)
        }
    }

    /// Makes dead letters of the records of a batch: they are sent no more, and kept with what the API said.
    package func moveToDeadLetters(_ batch: FrozenBatch, status: Int, reason: String) throws(SpoolError) {
        try during(usingReserve: true) { (store) throws(SQLiteError) in
            try store.moveToDeadLetters(batch, status: status, reason: reason, at: .now())
        }
    }

    /// Dead letters with numbers above `sequence`, in the order of their arrival.
    package func deadLetters(after sequence: Int, limit: Int) throws(SpoolError) -> [DeadLetter] {
        try during { (store) throws(SQLiteError) in try store.deadLetters(after: sequence, limit: limit) }
    }

    /// One dead letter; `nil` when there is none of that number.
    package func deadLetter(_ sequence: Int) throws(SpoolError) -> DeadLetter? {
        try during { (store) throws(SQLiteError) in try store.deadLetter(sequence) }
    }

    /// Lets a dead letter wait for delivery again, behind all that waits now; false when there is none of that number.
    package func retry(deadLetter sequence: Int) throws(SpoolError) -> Bool {
        try during { (store) throws(SQLiteError) in try store.retry(deadLetter: sequence) }
    }

    /// Removes a dead letter for good; false when there is none of that number.
    package func drop(deadLetter sequence: Int) throws(SpoolError) -> Bool {
        try during { (store) throws(SQLiteError) in try store.drop(deadLetter: sequence) }
    }

    /// Gaps with numbers above `id`, the oldest first.
    package func gaps(after id: Int, limit: Int) throws(SpoolError) -> [RecordedGap] {
        try during { (store) throws(SQLiteError) in try store.gaps.gaps(after: id, limit: limit) }
    }

    /// The latest gaps, the oldest of them first.
    package func latestGaps(_ count: Int) throws(SpoolError) -> [RecordedGap] {
        try during { (store) throws(SQLiteError) in try store.gaps.latest(count) }
    }

    /// Gives space back to the file system when there is little else to do; false when there was none to give.
    package func giveSpaceBack(pages: Int = 256) throws(SpoolError) -> Bool {
        try during { (store) throws(SQLiteError) in try store.giveSpaceBack(pages: pages) }
    }

    /// Looks whether the disk still holds the file and has room, and repairs what is broken; call it every few seconds.
    package func inspect() throws(SpoolError) {
        keeper.inspect()
        try during { _ in }
    }

    /// Forgets some of the keys that are older than fourteen days, or more than there is room for; false when none are
    /// left.
    package func forgetOldKeys(now: Timestamp) throws(SpoolError) -> Bool {
        try during { (store) throws(SQLiteError) in
            try store.forgetKeys(begunBefore: now.adding(seconds: -Self.keyAge))
        }
    }

    /// Seconds.
    private static let keyAge = 14 * 86400

    /// Does `body` on the thread of the spool, behind all that waits there.
    package func answer(_ body: @Sendable () -> Void) { body() }

    /// Ends the use of the spool in order; another process may have it then.
    package func close() { keeper.close() }

    /// Does `body`, and notes how the spool is afterwards.
    ///
    /// - Parameter usingReserve: whether it may use the room that is kept for a full disk.
    func during<Result>(
        usingReserve: Bool = false,
        _ body: (Store) throws(SQLiteError) -> Result
    ) throws(SpoolError) -> Result {
        do throws(SpoolError) {
            let store = try mended()
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

    private func mended() throws(SpoolError) -> Store {
        guard !keeper.isWhole else { return try keeper.store() }
        isMending.withLock { $0 = true }
        defer { isMending.withLock { $0 = false } }
        return try keeper.store()
    }
}
