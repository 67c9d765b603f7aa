package import Basics
package import SQLite

/// The queue of records: from intake over batches to delivery or to the dead letters.
///
/// Its tables are `record`, `batch`, `dead`, `ledger` and `tally`, and columns of `state`. `add` runs in a transaction of
/// the caller and returns a `Change`, which the caller passes to `adopt` once that transaction is committed. All other
/// changes are transactions of their own; they may be repeated without happening twice.
package final class RecordQueue {
    /// The change of the state in memory, for when a transaction is committed.
    struct Change {
        /// The records whose keys were new.
        fileprivate(set) var taken: [NewRecord] = []
        fileprivate(set) var appended = RecordSpool.Appended.nothing
        fileprivate var counts: [RecordKind: RecordCounts] = [:]
        fileprivate var state: IntakeState
    }

    package let deadLetters: DeadLetterTable
    private let database: SQLiteDatabase
    private let records: RecordTable
    private let batches: BatchTable
    private let keys: KeyLedger
    private let tally: RecordTally
    private let updateState: SQLiteStatement
    private(set) var state: IntakeState

    /// The numbers of the records that are in batches.
    private var frozen: Set<Int>
    /// Records with smaller numbers are all in batches.
    private var firstUnfrozen = 0
    private var live = BacklogBypass()
    private var arrivals = Arrivals()

    /// How many records are searched at once for those that may be sent.
    private static let window = 4000

    /// How long keys are kept, in seconds.
    private static let keyAge = 14 * 86400

    init(_ database: SQLiteDatabase, keyBudget: KeyBudget) throws(SQLiteError) {
        self.database = database
        records = try RecordTable(database)
        batches = try BatchTable(database)
        keys = try KeyLedger(database, budget: keyBudget)
        tally = try RecordTally(database)
        deadLetters = try DeadLetterTable(database)
        updateState = try IntakeState.update(in: database)
        state = try IntakeState(in: database)
        frozen = Set(try batches.rows().flatMap { $0.members.ranges.joined() })
    }

    /// Applies the start of a run at this moment, which `SpoolStore` has stored.
    func didStart(at instant: Timestamp) { if state.aliveAt == nil { state.aliveAt = instant } }

    var counts: [RecordKind: RecordCounts] { tally.totals }

    var keyBudget: KeyBudget { keys.budget }

    /// The number of records in the file.
    var waiting: Int { tally.totals.values.reduce(0) { $0 + $1.waiting } }

    /// The number of records that are in batches.
    var frozenCount: Int { frozen.count }

    /// The number of records that are in no batch yet.
    var unfrozen: Int { waiting - frozen.count }

    /// Since when the first record that is in no batch has waited; records of an earlier run count from the restart.
    var unfrozenSince: ContinuousClock.Instant? { unfrozen > 0 ? arrivals.oldest : nil }

    /// When the oldest record was received; `nil` when there is none.
    func oldest() throws(SQLiteError) -> Timestamp? { waiting > 0 ? try records.oldest() : nil }

    /// An estimate of the bytes of all waiting records.
    func backlogBytes() throws(SQLiteError) -> Int {
        try StoredRecord.estimatedBytes(of: "record", rows: waiting, in: database)
    }

    /// Whether this was stored by an earlier attempt that seemed to fail.
    func isStored(_ intake: Int) -> Bool { intake != 0 && intake == state.intake }

    /// Stores the records whose keys are new, and counts all of them.
    func add(
        _ admitted: [NewRecord],
        refused: [NewRecord],
        filtered: [RecordKind: Int],
        completeUntil: Timestamp?,
        intake: Int
    ) throws(SQLiteError) -> Change {
        var change = Change(state: state)
        for record in admitted where try keys.remember(record) {
            try records.add(record, as: state.nextSequence + change.taken.count)
            change.taken.append(record)
        }
        change.counts = [RecordKind: RecordCounts](taken: change.taken, refused: refused, filtered: filtered)
        try tally.add(change.counts)
        if !change.taken.isEmpty {
            change.state.note(change.taken, completeUntil: completeUntil)
            try keys.forget(keys.budget.due(at: change.state.keys), counting: &change.state)
        }
        if intake != 0 { change.state.intake = intake }
        if !change.taken.isEmpty || change.state.intake != state.intake { try change.state.store(updateState) }
        change.appended.unfrozenBefore = unfrozen
        change.appended.unfrozenAfter = unfrozen + change.taken.count
        change.appended.duplicates = admitted.count - change.taken.count
        for record in change.taken { change.appended.accepted[record.kind, default: 0] += 1 }
        for record in refused { change.appended.refused[record.kind, default: 0] += 1 }
        return change
    }

    /// Applies the change of a committed transaction to the state in memory.
    func adopt(_ change: Change) {
        tally.adopt(change.counts)
        state = change.state
        if !change.taken.isEmpty { arrivals.note(upTo: state.nextSequence - 1, at: .now) }
    }

    /// Records that up to this moment nothing was missed and everything received was accepted, unless a record within
    /// the minute after it already shows that.
    package func noteAlive(at instant: Timestamp) throws(SQLiteError) {
        // A stored time that is much later than this one was stored before the clock was set back.
        if let aliveAt = state.aliveAt, (0..<60).contains(aliveAt.seconds - instant.seconds) { return }
        try database.run("UPDATE state SET alive_us = ?", instant)
        state.aliveAt = instant
    }

    /// Deletes some keys that are older than fourteen days or beyond the limit; false when there was none to delete.
    package func forgetOldKeys(now: Timestamp) throws(SQLiteError) -> Bool {
        var new = state
        try database.transaction { () throws(SQLiteError) in
            try keys.forget(begunBefore: now.adding(seconds: -Self.keyAge), counting: &new)
            try keys.forget(keys.budget.excess(at: new.keys), counting: &new)
            if new.keys != state.keys { try new.store(updateState) }
        }
        defer { state = new }
        return new.keys != state.keys
    }

    /// The batches that are frozen and not acknowledged, in the order of their creation.
    package func frozenBatches() throws(SQLiteError) -> [FrozenBatch] {
        try batches.rows().map { (row) throws(SQLiteError) in try batch(row) }
    }

    /// The batch with this key, to be looked up after a `freeze` that failed; `nil` when there is none.
    package func batch(key: String) throws(SQLiteError) -> FrozenBatch? {
        guard let row = try batches.rows().first(where: { $0.key == key }) else { return nil }
        return try batch(row)
    }

    private func batch(_ row: BatchTable.Row) throws(SQLiteError) -> FrozenBatch {
        FrozenBatch(id: row.id, idempotencyKey: row.key, records: try records.records(row.members))
    }

    /// Creates a batch of these records, in the current transaction.
    private func insertBatch(key: String, of records: [StoredRecord]) throws(SQLiteError) -> FrozenBatch {
        let id = try batches.add(key: key, members: SequenceSet(records.lazy.map(\.sequence)))
        return FrozenBatch(id: id, idempotencyKey: key, records: records)
    }

    /// See `RecordSpool.freeze`.
    func freeze(
        _ lane: RecordSpool.Lane,
        count: Int,
        bytes: Int,
        avoiding busy: Set<Int>,
        key: String
    ) throws(SQLiteError) -> FrozenBatch? {
        if lane == .live { live.keepUp(next: state.nextSequence, latestStart: state.latestStart) }
        let firstCall = lane == .live ? live.firstCall : .min
        var choice = Choice(count: count, bytes: bytes, busy: busy, firstCall: firstCall)
        let first = lane == .live ? live.firstSequence : firstUnfrozen
        let chosen = try records.choose(from: first, limit: Self.window, notIn: frozen, &choice)
        guard !chosen.isEmpty else {
            passOver(to: choice.firstLeft, in: lane)
            return nil
        }
        let batch = try database.transaction { () throws(SQLiteError) in
            return try insertBatch(key: key, of: chosen)
        }
        for record in chosen { frozen.insert(record.sequence) }
        passOver(to: choice.firstLeft, in: lane)
        if lane == .oldest { arrivals.forget(before: firstUnfrozen) }
        return batch
    }

    /// Starts later searches of this lane at this number.
    private func passOver(to sequence: Int?, in lane: RecordSpool.Lane) {
        guard let sequence else { return }
        switch lane {
        case .oldest: firstUnfrozen = sequence
        case .live: live.advance(to: sequence)
        }
    }

    /// Removes a batch that the API has accepted; does nothing when it was already removed.
    func acknowledge(_ batch: FrozenBatch) throws(SQLiteError) {
        try remove(batch) { count, change in
            change.delivered += count
            change.waiting -= count
        }
    }

    /// Splits a batch into two: its first `count` records and the rest.
    func split(
        _ batch: FrozenBatch,
        after count: Int,
        keys: (String, String)
    ) throws(SQLiteError) -> [FrozenBatch] {
        let parts = [(keys.0, Array(batch.records.prefix(count))), (keys.1, Array(batch.records.dropFirst(count)))]
        return try database.transaction { () throws(SQLiteError) in
            var result: [FrozenBatch] = []
            guard try batches.remove(batch.id) else {
                for (key, _) in parts { if let part = try self.batch(key: key) { result.append(part) } }
                return result
            }
            for (key, records) in parts { result.append(try insertBatch(key: key, of: records)) }
            return result
        }
    }

    /// Removes a batch and its records, and counts the change; false when it was already removed.
    @discardableResult
    private func remove(
        _ batch: FrozenBatch,
        _ change: (Int, inout RecordCounts) -> Void,
        andAlso first: () throws(SQLiteError) -> Void = {}
    ) throws(SQLiteError) -> Bool {
        var changes: [RecordKind: RecordCounts] = [:]
        for kind in RecordKind.allCases { change(batch.count(of: kind), &changes[kind, default: RecordCounts()]) }
        let members = SequenceSet(batch.records.lazy.map(\.sequence))
        let isThere = try database.transaction { () throws(SQLiteError) in
            guard try batches.remove(batch.id) else { return false }
            try first()
            guard try records.remove(members) == batch.records.count else {
                throw .damagedFile("batch \(batch.id)", "it lacks records")
            }
            try tally.add(changes)
            return true
        }
        for record in batch.records { frozen.remove(record.sequence) }
        if isThere { tally.adopt(changes) }
        return isThere
    }

    /// Turns the records of a batch into dead letters; does nothing when the batch was already removed.
    func moveToDeadLetters(
        _ batch: FrozenBatch,
        status: Int,
        reason: String,
        at now: Timestamp
    ) throws(SQLiteError) {
        let isNew = try remove(batch) { count, change in
            change.dead += count
            change.waiting -= count
        } andAlso: { () throws(SQLiteError) in
            for record in batch.records { try deadLetters.add(record, status: status, reason: reason, at: now) }
        }
        if isNew { deadLetters.adopt(batch.records.count) }
    }

    /// Makes a dead letter wait for delivery again, after all waiting records; false when there is none with this
    /// number.
    package func retry(deadLetter sequence: Int) throws(SQLiteError) -> Bool {
        guard let letter = try deadLetters.letter(sequence) else { return false }
        let changes = [RecordKind: RecordCounts]([letter.record]) {
            $0.dead -= 1
            $0.waiting += 1
        }
        try database.transaction { () throws(SQLiteError) in
            try deadLetters.revive(sequence, as: state.nextSequence)
            try database.run("UPDATE state SET next_seq = ?", state.nextSequence + 1)
            try tally.add(changes)
        }
        state.nextSequence += 1
        arrivals.note(upTo: state.nextSequence - 1, at: .now)
        deadLetters.adopt(-1)
        tally.adopt(changes)
        return true
    }

    /// Removes a dead letter permanently; false when there is none with this number.
    package func drop(deadLetter sequence: Int) throws(SQLiteError) -> Bool {
        guard let letter = try deadLetters.letter(sequence) else { return false }
        let changes = [RecordKind: RecordCounts]([letter.record]) {
            $0.dead -= 1
            $0.dropped += 1
        }
        try database.transaction { () throws(SQLiteError) in
            try deadLetters.remove(sequence)
            try tally.add(changes)
        }
        deadLetters.adopt(-1)
        tally.adopt(changes)
        return true
    }
}
