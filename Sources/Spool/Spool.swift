import Basics
import Glibc

/// The durable queue between the PBX and the API.
///
/// What `append` has accepted is on the disk, flushed, before it returns; it stays there until `acknowledge` removes it.
/// All work happens on one thread of its own, which alone owns the SQLite connection.
package actor Spool {
    private let worker = Worker("spool")
    private let statements: Statements
    private let database: Database
    private var tallies: [RecordKind: Tally]
    private var nextSequence: Int
    /// Whether a commit failed, so that its records may be there or not.
    private var isUncertain = false
    /// Records with smaller numbers are all in batches.
    private var firstUnfrozen = 0
    private var frozen: Set<Int>
    private var arrivals = Arrivals()

    nonisolated package let path: String

    /// The state of the spool after its last change, for whoever cannot wait.
    nonisolated package var figures: SpoolFigures { published.withLock { $0 } }

    nonisolated private let published = Lock(SpoolFigures())

    nonisolated package var unownedExecutor: UnownedSerialExecutor { unsafe worker.asUnownedSerialExecutor() }

    /// How much is looked through at once for records that may be sent.
    private static let window = 4000

    /// Opens the spool in `directory`, made when it is not there.
    ///
    /// Blocks.
    package init(directory: String) throws(SpoolError) {
        if unsafe mkdir(directory, 0o700) != 0 && errno != EEXIST { throw .directory(SystemError("mkdir", directory)) }
        guard unsafe access(directory, W_OK | X_OK) == 0 else { throw .directory(SystemError("write to", directory)) }
        path = "\(directory)/spool.db"
        do throws(SQLiteError) {
            database = try Database(path: path)
        } catch {
            throw error.isBusy ? .locked(path: path) : .database(error)
        }
        try Schema.prepare(database, path: path)
        do throws(SQLiteError) {
            statements = try Statements(database)
            tallies = try Self.readTallies(database)
            nextSequence = try database.integer("SELECT value FROM meta WHERE name = 'next_seq'")
            frozen = Set(try Self.readBatches(database).flatMap { $0.members.ranges.joined() })
            published.withLock { [tallies, frozen] in $0 = SpoolFigures(tallies: tallies, frozen: frozen.count) }
        } catch {
            throw .database(error)
        }
    }

    private static func readTallies(_ database: Database) throws(SQLiteError) -> [RecordKind: Tally] {
        let rows = try database.prepare("SELECT kind, received, delivered FROM tally")
        var tallies: [RecordKind: Tally] = [:]
        while try rows.step() {
            guard let kind = RecordKind(rawValue: rows.integer(0)) else { continue }
            tallies[kind] = Tally(received: rows.integer(1), delivered: rows.integer(2))
        }
        return tallies
    }

    private static func readBatches(
        _ database: Database
    ) throws(SQLiteError) -> [(id: Int, key: String, members: SequenceSet)] {
        let rows = try database.prepare("SELECT id, idempotency_key, members FROM batch ORDER BY id")
        var batches: [(id: Int, key: String, members: SequenceSet)] = []
        while try rows.step() {
            guard let members = SequenceSet(rows.text(2)) else { continue }
            batches.append((rows.integer(0), rows.text(1), members))
        }
        return batches
    }

    package var tally: [RecordKind: Tally] { tallies }

    /// Records that are in the spool.
    package var waiting: Int { tallies.values.reduce(0) { $0 + $1.waiting } }

    /// Records that are in no batch yet.
    package var unfrozen: Int { waiting - frozen.count }

    /// Since when the first record that is in no batch has waited; after a restart, since then.
    package var unfrozenSince: ContinuousClock.Instant? { unfrozen > 0 ? arrivals.oldest : nil }

    /// What an append did.
    package struct Appended: Sendable {
        package var accepted: [RecordKind: Int] = [:]
        /// Records that a failed commit had stored all the same.
        package var duplicates = 0
        /// Records in no batch, before and after.
        package var unfrozenBefore = 0
        package var unfrozenAfter = 0
    }

    /// Accepts records, all or none of them.
    ///
    /// - Throws: what kept the disk from having them. They may be there all the same: append the same ones again, those
    ///   that are there are not stored twice.
    package func append(_ records: [NewRecord]) throws(SpoolError) -> Appended {
        try during { () throws(SQLiteError) in
            var appended = Appended(unfrozenBefore: unfrozen)
            let stored = isUncertain ? try settle() : []
            let fresh = stored.isEmpty ? records : records.filter { !stored.contains($0.id) }
            for record in fresh { appended.accepted[record.kind, default: 0] += 1 }
            isUncertain = true
            try database.transaction { () throws(SQLiteError) in
                for (index, record) in fresh.enumerated() { try statements.insert(record, as: nextSequence + index) }
                try statements.setNextSequence(nextSequence + fresh.count)
                for (kind, count) in appended.accepted { try statements.count(kind, received: count) }
            }
            isUncertain = false
            nextSequence += fresh.count
            for (kind, count) in appended.accepted { tallies[kind, default: Tally()].received += count }
            if !fresh.isEmpty { arrivals.note(upTo: nextSequence - 1, at: .now) }
            appended.duplicates = records.count - fresh.count
            appended.unfrozenAfter = unfrozen
            return appended
        }
    }

    /// Looks at what a failed commit left behind: the keys of the records that it stored after all.
    private func settle() throws(SQLiteError) -> Set<[UInt8]> {
        let rows = try database.prepare("SELECT id FROM record WHERE seq >= \(nextSequence)")
        var stored: Set<[UInt8]> = []
        while try rows.step() { stored.insert(rows.bytes(0)) }
        tallies = try Self.readTallies(database)
        nextSequence = try database.integer("SELECT value FROM meta WHERE name = 'next_seq'")
        return stored
    }

    /// The batches that were frozen earlier and not acknowledged, in the order of their making.
    package func frozenBatches() throws(SpoolError) -> [FrozenBatch] {
        try during { () throws(SQLiteError) in
            var result: [FrozenBatch] = []
            for (id, key, members) in try Self.readBatches(database) {
                result.append(FrozenBatch(id: id, idempotencyKey: key, records: try statements.records(members)))
            }
            return result
        }
    }

    /// Freezes the oldest records that are in no batch into a new one; `nil` when there are none.
    ///
    /// - Parameters:
    ///   - count: the most records.
    ///   - bytes: the most bytes of bodies; one record is taken whatever its size.
    ///   - busy: calls whose earlier records are on their way; their later ones wait, which keeps a call in order.
    package func freeze(
        count: Int,
        bytes: Int,
        avoiding busy: Set<Int>,
        key: String
    ) throws(SpoolError) -> FrozenBatch? {
        try during { () throws(SQLiteError) in
            var choice = Choice(count: count, bytes: bytes, busy: busy)
            let records = try statements.choose(from: firstUnfrozen, limit: Self.window, notIn: frozen, &choice)
            guard !records.isEmpty else { return nil }
            let members = SequenceSet(records.lazy.map(\.sequence))
            let id = try database.transaction { () throws(SQLiteError) in
                try statements.insertBatch(key: key, members: members)
            }
            for record in records { frozen.insert(record.sequence) }
            firstUnfrozen = choice.firstLeft ?? firstUnfrozen
            arrivals.forget(before: firstUnfrozen)
            return FrozenBatch(id: id, idempotencyKey: key, records: records)
        }
    }

    /// Removes a batch that the API has taken, with all its records.
    package func acknowledge(_ batch: FrozenBatch) throws(SpoolError) {
        try during { () throws(SQLiteError) in
            let members = SequenceSet(batch.records.lazy.map(\.sequence))
            try database.transaction { () throws(SQLiteError) in
                try statements.remove(batch: batch.id, members: members)
                for kind in RecordKind.allCases { try statements.count(kind, delivered: batch.count(of: kind)) }
            }
            for kind in RecordKind.allCases { tallies[kind, default: Tally()].delivered += batch.count(of: kind) }
            for record in batch.records { frozen.remove(record.sequence) }
        }
    }

    /// Gives space back to the file system when there is little else to do; false when there was none to give.
    package func giveSpaceBack(pages: Int = 256) throws(SpoolError) -> Bool {
        try during { () throws(SQLiteError) in
            guard try database.integer("PRAGMA freelist_count") > 0 else { return false }
            let vacuum = try database.prepare("PRAGMA incremental_vacuum(\(pages))")
            try vacuum.run()
            return true
        }
    }

    /// Does `body` and notes how the spool is afterwards.
    private func during<Result>(_ body: () throws(SQLiteError) -> Result) throws(SpoolError) -> Result {
        do throws(SQLiteError) {
            let result = try body()
            try publish()
            return result
        } catch {
            let error = SpoolError.database(error)
            published.withLock { $0.lastError = error }
            throw error
        }
    }

    private func publish() throws(SQLiteError) {
        let oldest = waiting > 0 ? try statements.oldest() : nil
        let bytes = try statements.pageCount() * 4096
        let (tallies, frozenCount) = (tallies, frozen.count)
        published.withLock {
            $0 = SpoolFigures(tallies: tallies, frozen: frozenCount, bytes: bytes, oldest: oldest, lastError: nil)
        }
    }
}
