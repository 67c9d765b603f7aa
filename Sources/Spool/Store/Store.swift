import Basics
import SQLite

/// One open file of the spool, with the state that is kept in memory; a new one replaces it when the file is damaged.
///
/// A change that fails may or may not have happened: the owner then discards this value and reads the file again. Every
/// change may be repeated without happening twice.
final class Store {
    let database: SQLiteDatabase
    let statements: Statements
    let recordings: RecordingTable
    let recordingIDs: RecordingIDTable
    let calls: CallTable
    let gaps: GapTable
    let generation: Int
    /// Whether the file did not exist before.
    let isNew: Bool

    var totals: [RecordKind: RecordCounts]
    var state: IntakeState
    let keyBudget: KeyBudget
    var reserve: Reserve
    var deadLetters: Int

    /// The numbers of the records that are in batches.
    var frozen: Set<Int>
    /// Records with smaller numbers are all in batches.
    var firstUnfrozen = 0
    var live = BacklogBypass()
    var arrivals = Arrivals()

    /// Opens or creates the file, and migrates an older one.
    init(path: String, keyBudget: KeyBudget, room: SpoolRoom) throws(SpoolError) {
        do throws(SQLiteError) {
            database = try SQLiteDatabase(path: path)
        } catch {
            throw SpoolError(error, path: path)
        }
        self.keyBudget = keyBudget
        isNew = try Schema.prepare(database, path: path)
        database.makePrivate()
        do throws(SQLiteError) {
            try Self.check(database, path: path)
            try database.keepRoom(checkpointPages: room.checkpointPages)
            try database.execute("PRAGMA journal_size_limit=\(room.logBytes)")
            reserve = try Reserve(database, bytes: room.reserveBytes)
            statements = try Statements(database)
            recordings = try RecordingTable(database)
            recordingIDs = RecordingIDTable(database: database)
            calls = try CallTable(database)
            gaps = try GapTable(database)
            totals = try Self.totals(in: database)
            state = try Self.state(of: database)
            generation = try database.integer("SELECT generation FROM state")
            deadLetters = try database.integer("SELECT count(*) FROM dead")
            frozen = Set(try Self.batches(in: database).flatMap { $0.members.ranges.joined() })
            // From now on records could be missed, even if the first one never arrives here.
            let now = Timestamp.now()
            try database.run("UPDATE state SET clean = 0, alive_us = ifnull(alive_us, ?)", now)
            if state.aliveAt == nil { state.aliveAt = now }
        } catch {
            throw SpoolError(error, path: path)
        }
    }

    /// Files of this many bytes or more are not checked at the start: their pages are checked as they are read.
    private static let largestChecked = 512 << 20

    /// Checks for damage, unless the last run ended in order.
    private static func check(_ database: SQLiteDatabase, path: String) throws(SQLiteError) {
        guard try database.integer("SELECT clean FROM state") == 0,
            try database.integer("PRAGMA page_count") * SQLiteDatabase.pageSize < largestChecked
        else { return }
        let findings = try database.rows("PRAGMA quick_check(1)") { $0.text(0) }
        guard findings == ["ok"] else { throw .damagedFile(path, findings.first ?? "no answer") }
    }

    private static func state(of database: SQLiteDatabase) throws(SQLiteError) -> IntakeState {
        let rows = try database.rows("SELECT \(IntakeState.columns) FROM state") { IntakeState($0) }
        guard let state = rows.first else { throw .damagedFile("state", "it has no row") }
        return state
    }

    /// The bytes that count against the limit: without keys, which have their own budget, and without the reserve.
    func usedBytes(_ pages: (all: Int, free: Int)) -> Int {
        max(0, (pages.all - pages.free) * SQLiteDatabase.pageSize - KeyBudget.bytes(of: state.keys) - reserve.heldBytes)
    }

    static func totals(in database: SQLiteDatabase) throws(SQLiteError) -> [RecordKind: RecordCounts] {
        let rows = try database.rows("SELECT kind, \(RecordCounts.columnNames) FROM tally") { row in
            var counts = RecordCounts()
            for (index, column) in RecordCounts.columns.enumerated() {
                counts[keyPath: column] = row.integer(Int32(index + 1))
            }
            return (RecordKind(rawValue: row.integer(0)), counts)
        }
        return rows.reduce(into: [:]) { totals, row in if let kind = row.0 { totals[kind] = row.1 } }
    }

    static func batches(
        in database: SQLiteDatabase
    ) throws(SQLiteError) -> [(id: Int, key: String, members: SequenceSet)] {
        try database.rows("SELECT id, idempotency_key, members FROM batch ORDER BY id") { row throws(SQLiteError) in
            guard let members = SequenceSet(row.text(2)) else { throw .damagedRow(row.integer(0)) }
            return (row.integer(0), row.text(1), members)
        }
    }

    /// An estimate of the bytes of this many rows, from the sizes of a few of them.
    func estimatedBytes(of table: String, rows: Int) throws(SQLiteError) -> Int {
        guard rows > 0 else { return 0 }
        let sample = "SELECT length(body) + 100 AS size FROM \(table) ORDER BY seq"
        let means = try ["", " DESC"].map { order throws(SQLiteError) in
            try database.integer("SELECT CAST(avg(size) AS INTEGER) FROM (\(sample)\(order) LIMIT 100)")
        }
        return rows * ((means.first ?? 0) + (means.last ?? 0)) / 2
    }

    /// The number of records in the file.
    var waiting: Int { totals.values.reduce(0) { $0 + $1.waiting } }

    /// The number of records that are in no batch yet.
    var unfrozen: Int { waiting - frozen.count }

    /// Applies a committed change of the counts to those in memory.
    func note(_ changes: [RecordKind: RecordCounts]) {
        for (kind, change) in changes { totals[kind, default: RecordCounts()] += change }
    }

    /// Records that the run ends in order, so that the next one need not check for damage.
    func close() throws(SQLiteError) { try database.execute("UPDATE state SET clean = 1") }
}

extension [RecordKind: RecordCounts] {
    /// Makes the change of one figure for each record.
    init(_ records: some Sequence<StoredRecord>, _ change: (inout RecordCounts) -> Void) {
        self = records.reduce(into: [:]) { changes, record in change(&changes[record.kind, default: RecordCounts()]) }
    }
}
