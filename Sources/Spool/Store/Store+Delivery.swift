import Basics
import SQLite

extension Store {
    /// How many records are searched at once for those that may be sent.
    private static let window = 4000

    func frozenBatches() throws(SQLiteError) -> [FrozenBatch] {
        var batches: [FrozenBatch] = []
        for (id, key, members) in try Self.batches(in: database) {
            batches.append(FrozenBatch(id: id, idempotencyKey: key, records: try statements.records(members)))
        }
        return batches
    }

    /// The batch with this key, if an attempt to create it succeeded although it seemed to fail.
    func batch(key: String) throws(SQLiteError) -> FrozenBatch? {
        guard let found = try Self.batches(in: database).first(where: { $0.key == key }) else { return nil }
        return FrozenBatch(id: found.id, idempotencyKey: key, records: try statements.records(found.members))
    }

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
        let records = try statements.choose(from: first, limit: Self.window, notIn: frozen, &choice)
        guard !records.isEmpty else {
            passOver(to: choice.firstLeft, in: lane)
            return nil
        }
        let members = SequenceSet(records.lazy.map(\.sequence))
        let id = try database.transaction { () throws(SQLiteError) in
            return try statements.insertBatch(key: key, members: members)
        }
        for record in records { frozen.insert(record.sequence) }
        passOver(to: choice.firstLeft, in: lane)
        if lane == .oldest { arrivals.forget(before: firstUnfrozen) }
        return FrozenBatch(id: id, idempotencyKey: key, records: records)
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
            var batches: [FrozenBatch] = []
            guard try statements.remove(batch: batch.id) else {
                for (key, _) in parts { if let part = try self.batch(key: key) { batches.append(part) } }
                return batches
            }
            for (key, records) in parts {
                let members = SequenceSet(records.lazy.map(\.sequence))
                let id = try statements.insertBatch(key: key, members: members)
                batches.append(FrozenBatch(id: id, idempotencyKey: key, records: records))
            }
            return batches
        }
    }

    /// Turns the records of a batch into dead letters; does nothing when the batch was already removed.
    func moveToDeadLetters(_ batch: FrozenBatch, status: Int, reason: String, at instant: Timestamp) throws(SQLiteError)
    {
        let isNew = try remove(batch) { count, change in
            change.dead += count
            change.waiting -= count
        } andAlso: { () throws(SQLiteError) in
            for record in batch.records {
                try database.run(
                    """
                    INSERT INTO dead(seq, id, kind, call, received_us, body, sum, status, reason, died_us)
                        SELECT seq, id, kind, call, received_us, body, sum, ?, ?, ? FROM record WHERE seq = ?
                    """,
                    status,
                    reason,
                    instant,
                    record.sequence
                )
            }
        }
        if isNew { deadLetters += batch.records.count }
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
            guard try statements.remove(batch: batch.id) else { return false }
            try first()
            guard try statements.remove(members) == batch.records.count else {
                throw .damagedFile("batch \(batch.id)", "it lacks records")
            }
            try statements.add(changes)
            return true
        }
        for record in batch.records { frozen.remove(record.sequence) }
        if isThere { note(changes) }
        return isThere
    }
}
