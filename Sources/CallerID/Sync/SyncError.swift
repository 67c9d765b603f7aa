import Basics
package import ODBC

/// Why a sync changed nothing.
package enum SyncError: Error, Equatable, CustomStringConvertible {
    case database(ODBCError)
    /// None of the known tables can be read.
    case noTable(String)
    case column(String, table: String)
    /// The table has no usable number.
    case empty(table: String)
    /// More rows than one in a hundred are wrong.
    case badRows(Int, of: Int, first: String)
    case drop(ImportError)
    case noTrunk(String)
    case store(CallerIDStoreError)
    /// There is no other database.
    case noDatabase
    /// Another instance that shares Redis has a sync under way.
    case busy
    /// The lock in Redis ended while the sync worked.
    case lost

    package var description: String {
        switch self {
        case .database(let error): "\(error)"
        case .noTable(let reason):
            "DATABASE has none of the tables caller_ids, pstn_callerid and vicidial_campaign_cid_areacodes that can be "
                + "read (\(reason)); set SYNC_TABLE, or run 'asterisk-connector callerid migrate'"
        case .column(let column, let table): "\(table) has no column \(column); set SYNC_COLUMNS"
        case .empty(let table): "\(table) has no usable number; nothing was changed (force=1 removes all)"
        case .badRows(let bad, let total, let first):
            "\(bad) of \(total) rows are wrong, more than 1 %; nothing was changed; the first: \(first)"
        case .drop(let error): "\(error)"
        case .noTrunk(let trunk): "DATABASE has no usable number of the trunk \(trunk); nothing was changed"
        case .store(let error): "\(error)"
        case .noDatabase: "there is nothing to synchronise: the numbers are in CALLERID_DIR; set DATABASE"
        case .busy: "another instance synchronises now; try again later"
        case .lost: "the lock of the sync in Redis was lost; nothing was changed; try again later"
        }
    }

    /// Whether the database answered, and its content was refused.
    var isRefusal: Bool {
        switch self {
        case .empty, .badRows, .drop, .noTrunk: true
        case .database, .noTable, .column, .store, .noDatabase, .busy, .lost: false
        }
    }

    /// Whether force can overrule it.
    var isForceable: Bool {
        switch self {
        case .empty, .drop: true
        default: false
        }
    }
}

/// What a sync did.
package struct SyncResult: Sendable, Equatable {
    package var isFull = true
    package var read = 0
    package var added = 0
    package var changed = 0
    package var removed = 0
    /// How many rows were left out.
    package var rejectedCount = 0
    /// The first of them, by their place in the table from 1, with the reason.
    package var rejected: [Rejection] = []

    package struct Rejection: Sendable, Equatable {
        package let row: Int
        package let reason: String
    }

    package init() {}

    /// How many numbers are other ones than before.
    var changes: Int { added + changed + removed }

    /// The counts, for the audit file.
    var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("full")
        json.boolean(isFull)
        let counts: [(StaticString, Int)] = [
            ("read", read), ("added", added), ("changed", changed), ("removed", removed), ("rejected", rejectedCount),
        ]
        for (name, count) in counts { json.required(name, count) }
        json.endObject()
        return json.bytes
    }
}
