package import Basics
package import SQLite

/// One open file of the spool: its tables, and the changes that concern several of them.
///
/// When the file is damaged, another store replaces this one. A change that fails may or may not have happened: the
/// owner then discards this value and reads the file again. Every change may be repeated without happening twice.
package final class SpoolStore {
    package let queue: RecordQueue
    package let snapshots: SnapshotTable
    package let gaps: GapTable
    package let calls: CallTable
    package let recordings: RecordingTable
    let recordingIDs: RecordingIDTable
    let database: SQLiteDatabase
    let generation: Int
    /// Whether the file did not exist before.
    let isNew: Bool
    var reserve: Reserve
    private let maxBytes: Int
    private let selectPageCount: SQLiteStatement
    private let selectFreePages: SQLiteStatement

    /// Opens or creates the file, and migrates an older one.
    ///
    /// - Parameter maxBytes: the limit of the spool.
    init(path: String, maxBytes: Int, room: SpoolRoom) throws(SpoolError) {
        do throws(SQLiteError) {
            database = try SQLiteDatabase(path: path)
        } catch {
            throw SpoolError(error, path: path)
        }
        self.maxBytes = maxBytes
        isNew = try Schema.prepare(database, path: path)
        database.makePrivate()
        do throws(SQLiteError) {
            try Self.check(database, path: path)
            try database.keepRoom(checkpointPages: room.checkpointPages)
            try database.execute("PRAGMA journal_size_limit=\(room.logBytes)")
            reserve = try Reserve(database, bytes: room.reserveBytes)
            selectPageCount = try database.prepare("PRAGMA page_count")
            selectFreePages = try database.prepare("PRAGMA freelist_count")
            queue = try RecordQueue(database, keyBudget: KeyBudget(spoolBytes: maxBytes))
            snapshots = try SnapshotTable(database)
            gaps = try GapTable(database)
            calls = try CallTable(database)
            recordings = try RecordingTable(database)
            recordingIDs = RecordingIDTable(database: database)
            generation = try database.integer("SELECT generation FROM state")
            // From now on records could be missed, even if the first one never arrives here.
            let now = Timestamp.now()
            try database.run("UPDATE state SET clean = 0, alive_us = ifnull(alive_us, ?)", now)
            queue.didStart(at: now)
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

    /// Accepts records, all or none of them, except those that `level` refuses; see `RecordSpool.append`.
    ///
    /// - Parameter attempted: in: the result of an earlier attempt; out: the result of this one if its commit succeeds.
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
        if queue.isStored(intake) { return attempted?.appended(as: intake) ?? .nothing }
        let refused = records.filter { !level.takes($0.kind) }
        let admitted = refused.isEmpty ? records : records.filter { level.takes($0.kind) }
        let (change, gapChange) = try database.transaction { () throws(SQLiteError) in
            let change = try queue.add(
                admitted,
                refused: refused,
                filtered: filtered,
                completeUntil: completeUntil,
                intake: intake
            )
            for snapshot in snapshots { try self.snapshots.keep(snapshot) }
            try calls.keep(notes)
            let gapChange = try gaps.note(taken: change.taken, refused: refused, behind: queue.state.lastID)
            attempted = IntakeAttempt(intake: intake, appended: change.appended)
            return (change, gapChange)
        }
        queue.adopt(change)
        calls.didKeep(notes)
        gaps.adopt(gapChange)
        return change.appended
    }

    /// Stores a gap, between the records accepted before and after it.
    ///
    /// - Parameter intake: as for `RecordSpool.append`.
    package func declare(_ gap: NewGap, intake: Int = 0) throws(SQLiteError) {
        guard !queue.isStored(intake) else { return }
        let (change, gapChange) = try database.transaction { () throws(SQLiteError) in
            let gapChange = try gaps.add(gap, behind: queue.state.lastID)
            let change = try queue.add([], refused: [], filtered: [:], completeUntil: nil, intake: intake)
            return (change, gapChange)
        }
        queue.adopt(change)
        gaps.adopt(gapChange)
    }

    /// The id of a recording at the API, stored before this returns: the id that it already has, else the first
    /// proposed one that no other recording has or had.
    ///
    /// - Returns: `nil` when there is no recording with this id.
    package func identify(recording id: Int, _ proposals: RecordingIDProposals) throws(SQLiteError) -> [UInt8]? {
        try recordingIDs.identify(recording: id, proposals) { () throws(SQLiteError) in
            try recordings.recording(id) != nil
        }
    }

    /// Deletes some of the ids that recordings got, while there are more than one for each 16 KiB of the spool's limit.
    package func forgetRecordingIDs() throws(SQLiteError) { try recordingIDs.forget(limit: maxBytes >> 14) }

    /// Deletes some of the old notes about calls; false when there was none to delete.
    ///
    /// Notes are kept longer while a recording waits that may need them. For calls and for files, there is at most one
    /// note for each KiB of the spool's limit.
    ///
    /// - Parameter age: in seconds, since the CDR or the event about a file was received.
    package func forgetCalls(age: Int, now: Timestamp) throws(SQLiteError) -> Bool {
        let oldest = min(now, recordings.oldest ?? now)
        return try calls.forget(receivedBefore: oldest.adding(seconds: -age), limit: maxBytes >> 10)
    }

    /// Returns free pages to the file system, for idle times; false when there were none.
    package func giveSpaceBack(pages: Int = 256) throws(SQLiteError) -> Bool {
        guard try self.pages().free > 0 else { return false }
        // In a transaction, so that the allocated size is updated with the size of the file.
        try database.transaction { () throws(SQLiteError) in
            try database.execute("PRAGMA incremental_vacuum(\(pages))")
        }
        return true
    }

    /// The number of pages of the file, and of the free ones among them.
    func pages() throws(SQLiteError) -> (all: Int, free: Int) {
        defer {
            selectPageCount.reset()
            selectFreePages.reset()
        }
        let all = try selectPageCount.step() ? selectPageCount.integer(0) : 0
        return (all, try selectFreePages.step() ? selectFreePages.integer(0) : 0)
    }

    /// The bytes that count against the limit: without keys, which have their own budget, and without the reserve.
    func usedBytes(_ pages: (all: Int, free: Int)) -> Int {
        let keyBytes = KeyBudget.bytes(of: queue.state.keys)
        return max(0, (pages.all - pages.free) * SQLiteDatabase.pageSize - keyBytes - reserve.heldBytes)
    }

    /// Records that the run ends in order, so that the next one need not check for damage.
    func close() throws(SQLiteError) { try database.execute("UPDATE state SET clean = 1") }
}
