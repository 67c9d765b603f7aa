import Basics
import SQLite

/// Brings many numbers into the table `caller_ids`, within the transaction of its caller.
struct NumberImporter {
    let rows: NumberRows
    let options: ImportOptions
    /// The share of numbers, in percent, that `replace` may take away.
    let dropLimit: Int

    /// - Throws: `SQLiteError`; `refusal` receives why nothing may be changed.
    func run(
        _ records: [NumberRecord],
        at now: Timestamp,
        refusal: inout ImportError?
    ) throws(SQLiteError) -> ImportResult {
        var result = ImportResult()
        var known: [Digits: NumberRecord] = [:]
        for record in try rows.all() { known[record.number] = record }
        if options.mode == .replace {
            refusal = refuse(records, known.count, keeping: records.count { known[$0.number] != nil })
            guard refusal == nil else { return result }
        }
        let writer = try NumberWriter(rows.database)
        for record in records {
            guard var old = known.removeValue(forKey: record.number) else {
                if let added = try writer.insert(record, at: now) { result.added.append(added) }
                continue
            }
            guard options.mode != .skip, old.takesFields(of: record, keepsPlaces: !options.hasPlaces) else {
                result.skipped += 1
                continue
            }
            if let updated = try writer.update(old, at: now) { result.updated.append(updated) }
        }
        guard options.mode == .replace else { return result }
        for number in known.keys where try rows.delete(number) { result.removed.append(number) }
        return result
    }

    private func refuse(_ records: [NumberRecord], _ total: Int, keeping kept: Int) -> ImportError? {
        guard !options.isForced, total > 0 else { return nil }
        if records.isEmpty { return .empty }
        let removed = total - kept
        return removed * 100 > total * dropLimit ? .drop(removed: removed, of: total, limit: dropLimit) : nil
    }
}

extension NumberRecord {
    /// Takes all that a file has about a number; whether that changes anything.
    ///
    /// - Parameter keepsPlaces: whether the other has no more than one place, so that further ones stay.
    fileprivate mutating func takesFields(of other: NumberRecord, keepsPlaces: Bool) -> Bool {
        let old = self
        self = other
        (id, meta, createdAt, updatedAt) = (old.id, old.meta, old.createdAt, old.updatedAt)
        if keepsPlaces { (otherPlaces, withdrawnTrunks) = (old.otherPlaces, old.withdrawnTrunks) }
        return self != old
    }
}
