import Basics
import Glibc
import SQLite

extension StoreKeeper {
    /// Flushes the journal to the disk, while the store does not take its changes over; an error is ignored, since
    /// writing reports it.
    func flush(journal descriptor: Int32) { _ = fdatasync(descriptor) }

    /// Where a query of the history begins and ends.
    func bounds(of query: HistoryQuery) throws(CallerIDStoreError) -> HistoryRows.Bounds {
        try store.perform { () throws(SQLiteError) in try store.historyRows.bounds(of: query) }
    }

    /// The matching rows of the history with ids in `bounds`, the newest first.
    func entries(
        _ query: HistoryQuery,
        in bounds: HistoryRows.Bounds,
        limit: Int
    ) throws(CallerIDStoreError) -> [HistoryEntry] {
        try store.perform { () throws(SQLiteError) in
            try store.historyRows.entries(query, in: bounds, limit: limit)
        }
    }
}
