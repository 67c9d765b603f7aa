import Basics
import SQLite

extension Store {
    /// Accepts records, all or none of them, except those that `level` refuses.
    ///
    /// - Parameters:
    ///   - filtered: the number of records that a filter left out since the last call; they are only counted.
    ///   - snapshots: stored or deleted along with the records.
    ///   - notes: stored along with the records.
    ///   - completeUntil: the time up to which nothing was missed once they are stored.
    ///   - intake: the number of this group; 0 for none.
    ///   - attempted: in: the result of an earlier attempt; out: the result of this one if its commit succeeds.
    func append(
        _ records: [NewRecord],
        filtered: [RecordKind: Int],
        snapshots: [ChannelSnapshot],
        notes: CallNotes,
        completeUntil: Timestamp?,
        level: Admission.Level,
        intake: Int,
        attempted: inout IntakeAttempt?
    ) throws(SQLiteError) -> RecordSpool.Appended {
        if isStored(intake) { return attempted?.appended(as: intake) ?? .nothing }
        var appended = RecordSpool.Appended(unfrozenBefore: unfrozen)
        let refused = records.filter { !level.takes($0.kind) }
        let admitted = refused.isEmpty ? records : records.filter { level.takes($0.kind) }
        var taken: [NewRecord] = []
        var changes: [RecordKind: RecordCounts] = [:]
        var new = state
        new.intake = intake == 0 ? state.intake : intake
        let gapChange = try database.transaction { () throws(SQLiteError) in
            for record in admitted where try statements.remember(record) {
                try statements.insert(record, as: state.nextSequence + taken.count)
                taken.append(record)
            }
            changes = Self.changes(taken: taken, refused: refused, filtered: filtered)
            try statements.add(changes)
            try note(taken, completeUntil: completeUntil, in: &new)
            for snapshot in snapshots { try statements.keep(snapshot) }
            try calls.keep(notes)
            let gapChange = try gaps.note(taken: taken, refused: refused, behind: state.lastID)
            for record in taken { appended.accepted[record.kind, default: 0] += 1 }
            for record in refused { appended.refused[record.kind, default: 0] += 1 }
            appended.duplicates = admitted.count - taken.count
            appended.unfrozenAfter = unfrozen + taken.count
            attempted = IntakeAttempt(intake: intake, appended: appended)
            return gapChange
        }
        note(changes)
        calls.didKeep(notes)
        gaps.adopt(gapChange)
        state = new
        if !taken.isEmpty { arrivals.note(upTo: state.nextSequence - 1, at: .now) }
        return appended
    }

    /// Whether this was stored by an earlier attempt that seemed to fail.
    private func isStored(_ intake: Int) -> Bool { intake != 0 && intake == state.intake }

    /// Updates the state for stored records, and deletes the oldest keys when there are too many.
    private func note(
        _ taken: [NewRecord],
        completeUntil: Timestamp?,
        in new: inout IntakeState
    ) throws(SQLiteError) {
        if let last = taken.last {
            new.latestStart = taken.reduce(new.latestStart) { max($0, CallKey.start(of: $1.call)) }
            new.nextSequence += taken.count
            (new.lastID, new.aliveAt) = (last.id, min(completeUntil ?? last.receivedAt, last.receivedAt))
            new.keys += taken.count
            let forgotten = try statements.forgetKeys(keyBudget.due(at: new.keys))
            new.keys -= forgotten
            new.forgottenKeys += forgotten
        }
        if !taken.isEmpty || new.intake != state.intake { try statements.set(new) }
    }

    private static func changes(
        taken: [NewRecord],
        refused: [NewRecord],
        filtered: [RecordKind: Int]
    ) -> [RecordKind: RecordCounts] {
        var changes: [RecordKind: RecordCounts] = [:]
        for kind in RecordKind.allCases {
            var change = RecordCounts()
            change.waiting = taken.count { $0.kind == kind }
            change.refused = refused.count { $0.kind == kind }
            change.filtered = filtered[kind] ?? 0
            change.received = change.waiting + change.refused + change.filtered
            changes[kind] = change
        }
        return changes
    }

    /// Stores a gap; the next accepted record ends it.
    ///
    /// - Parameter intake: the number of this gap; 0 for none.
    func declare(_ gap: NewGap, intake: Int) throws(SQLiteError) {
        guard !isStored(intake) else { return }
        var new = state
        new.intake = intake == 0 ? state.intake : intake
        let change = try database.transaction { () throws(SQLiteError) in
            let change = try gaps.add(gap, behind: state.lastID)
            if new.intake != state.intake { try statements.set(new) }
            return change
        }
        state = new
        gaps.adopt(change)
    }

    /// Records that nothing was missed up to this moment, unless a record within the minute after it already shows
    /// that.
    func noteAlive(at instant: Timestamp) throws(SQLiteError) {
        // A stored time that is much later than this one was stored before the clock was set back.
        if let aliveAt = state.aliveAt, (0..<60).contains(aliveAt.seconds - instant.seconds) { return }
        try database.run("UPDATE state SET alive_us = ?", instant)
        state.aliveAt = instant
    }
}
