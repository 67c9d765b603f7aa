import Basics
import SQLite

extension CallsStore {
    private var history: HistoryRows { HistoryRows(database: database) }

    /// Adds calls and visits to queues.
    func store(_ entries: [HistoryEntry]) throws(CallsStoreError) {
        try transaction { () throws(SQLiteError) in
            for entry in entries {
                switch entry {
                case .call(let call): try history.insert(call)
                case .visit(let visit): try history.insert(visit)
                }
            }
        }
    }

    /// Deletes calls and visits that began before `time`, at most `limit` of each; returns how many calls.
    func deleteHistory(before time: Timestamp, limit: Int) throws(CallsStoreError) -> Int {
        try transaction { () throws(SQLiteError) in try history.delete(before: time, limit: limit) }
    }

    /// Reads the history.
    func history<Result>(_ body: (HistoryRows) throws(SQLiteError) -> Result) throws(CallsStoreError) -> Result {
        try transaction { () throws(SQLiteError) in try body(history) }
    }
}
