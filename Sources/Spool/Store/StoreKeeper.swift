import Basics
import Glibc
import SQLite

/// Keeps a working store open: opens it, detects faults, and repairs them before the next use.
final class StoreKeeper {
    /// The repair that is needed before the store is used again.
    private enum Need {
        case nothing
        case reopening
        /// A new file with everything that can be read of the old one.
        case renewal
    }

    let files: SpoolFiles
    private let log: Logger?
    let maxBytes: Int
    private let room: SpoolRoom
    private var gate: IntakeGate
    private let commitFault: (@Sendable () -> SQLiteError?)?
    private(set) var opened: SpoolStore?
    private var lock: SpoolLock?
    private var identity: FileIdentity?
    /// Since when there was a spool here before this run; `nil` when there was none.
    private(set) var firstUse: Timestamp?
    private var need = Need.reopening

    init(_ configuration: SpoolConfiguration, log: Logger?) throws(SpoolError) {
        files = SpoolFiles(directory: configuration.directory)
        self.log = log
        maxBytes = configuration.maxBytes
        let disk = try? DiskSpace(of: configuration.directory)
        room = SpoolRoom(maxBytes: configuration.maxBytes, diskBytes: disk?.size ?? .max)
        commitFault = configuration.commitFault
        gate = IntakeGate(maxBytes: configuration.maxBytes, log: log)
    }

    /// Releasing a working spool closes it in order.
    deinit { close() }

    /// Which records are accepted.
    var level: Admission.Level { gate.level }

    /// What takes up the space; `nil` while the spool accepts everything.
    var fillCause: FillCause? { gate.fillCause }

    /// Whether nothing must be opened or repaired before the next use.
    var isWhole: Bool { need == .nothing && opened != nil }

    /// Returns the store, after opening or repairing it where needed.
    func store() throws(SpoolError) -> SpoolStore {
        switch need {
        case .nothing: if let opened { return opened }
        case .reopening: break
        case .renewal: try renew()
        }
        opened?.database.leaveLogAsItIs()
        opened = nil
        let store = try open()
        opened = store
        need = .nothing
        return store
    }

    /// Runs `body` on the store, and determines the repair that is needed when it fails.
    func attempt<Result>(
        _ body: (SpoolStore) throws(SQLiteError) -> Result,
        on store: SpoolStore,
        usingReserve: Bool = false
    ) throws(SpoolError) -> Result {
        do throws(SQLiteError) {
            return try worked(body, on: store)
        } catch {
            guard error.trouble == .full, usingReserve, releaseReserve(of: store) else { throw failure(error) }
        }
        do throws(SQLiteError) {
            return try worked(body, on: store)
        } catch {
            throw failure(error)
        }
    }

    private func worked<Result>(
        _ body: (SpoolStore) throws(SQLiteError) -> Result,
        on store: SpoolStore
    ) throws(SQLiteError) -> Result {
        let result = try body(store)
        if let error = commitFault?() { throw error }
        do throws(SQLiteError) {
            try store.database.checkpointIfDue()
        } catch {
            // The change is committed in the log, but what the database file has of it is now unknown.
            if error.trouble == .io {
                log?.error("checkpoint of the spool failed", [.init("error", error)])
                need = .renewal
            }
        }
        return result
    }

    private func releaseReserve(of store: SpoolStore) -> Bool {
        guard (try? store.reserve.release()) == true else { return false }
        log?.error(
            "reserve of the spool released",
            [.init(own: "help", "its disk is full: free space; deliveries go on, new records wait in memory")]
        )
        return true
    }

    private func failure(_ error: SQLiteError) -> SpoolError {
        switch error.trouble {
        case .full: inspectDisk()
        case .damaged, .io: need = .renewal
        case .busy, .unavailable, .other: need = .reopening
        }
        return SpoolError(error, path: files.database)
    }

    /// Checks the disk, and whether the file is still the one in use.
    func inspect() {
        inspectDisk()
        guard need == .nothing, opened != nil, files.identity != identity else { return }
        log?.error("spool database removed", [.init(own: "error", SpoolError.vanished(path: files.database))])
        need = .renewal
    }

    private func inspectDisk() {
        gate.disk = try? DiskSpace(of: files.directory)
        guard let opened, let pages = try? opened.pages() else { return }
        hold(opened, freePages: pages.free)
        gate.admit(opened, usedBytes: opened.usedBytes(pages), isInspection: true)
    }

    /// Allocates the space that is reserved for a full disk: at the start, and after it was used.
    private func hold(_ store: SpoolStore, freePages: Int) {
        if let disk = gate.disk, disk.free >= 2 * room.logBytes { _ = files.allocateLog(room.logBytes) }
        guard !store.reserve.isHeld else { return }
        let isThereRoom = gate.disk.map { $0.free >= 2 * room.reserveBytes } ?? true
        guard isThereRoom || freePages * SQLiteDatabase.pageSize > 2 * room.reserveBytes else { return }
        try? store.reserve.hold()
    }

    /// The current state of the spool.
    func figures(of store: SpoolStore) throws(SQLiteError) -> SpoolFigures {
        let pages = try store.pages()
        let usedBytes = store.usedBytes(pages)
        gate.admit(store, usedBytes: usedBytes)
        var figures = SpoolFigures()
        figures.counts = store.queue.counts
        figures.frozen = store.queue.frozenCount
        figures.bytes = pages.all * SQLiteDatabase.pageSize
        figures.usedBytes = usedBytes
        figures.keys = store.queue.state.keys
        figures.keyBytes = KeyBudget.bytes(of: store.queue.state.keys)
        figures.maxKeyBytes = store.queue.keyBudget.maxBytes
        figures.forgottenKeys = store.queue.state.forgottenKeys
        figures.maxBytes = maxBytes
        figures.disk = gate.disk
        figures.level = gate.level
        figures.fillCause = gate.fillCause
        figures.generation = store.generation
        figures.deadLetters = store.queue.deadLetters.count
        figures.gapsByCause = store.gaps.counts
        figures.latestGaps = try store.gaps.latest()
        figures.oldest = try store.queue.oldest()
        figures.recordings = store.recordings.totals
        figures.oldestRecording = store.recordings.oldest
        figures.rememberedCDRs = store.calls.count
        return figures
    }

    /// Closes the store in order.
    func close() {
        opened?.database.leaveLogAsItIs()
        if need == .nothing, let opened, files.identity == identity, (try? opened.close()) != nil,
            opened.database.emptyLog()
        {
            files.retireLog()
        }
        (opened, lock, need) = (nil, nil, .reopening)
    }

    private func open() throws(SpoolError) -> SpoolStore {
        try files.prepareDirectory()
        let wasOurs = files.hasBeenUsed
        if firstUse == nil { firstUse = files.firstUse }
        try takeLock()
        if let aside = try files.finishReplacing(at: .now()) { report(setAside: aside) }
        files.discardBuilding()
        do throws(SpoolError) {
            return try openStore()
        } catch {
            guard error.isDamage, wasOurs else { throw error }
        }
        try renew()
        return try openStore()
    }

    private func takeLock() throws(SpoolError) {
        if let lock, lock.holds { return }
        lock = try SpoolLock(directory: files.directory, spool: files.database)
    }

    private func makeStore() throws(SpoolError) -> SpoolStore {
        try SpoolStore(path: files.database, maxBytes: maxBytes, room: room)
    }

    private func openStore() throws(SpoolError) -> SpoolStore {
        let store: SpoolStore
        do throws(SpoolError) {
            store = try makeStore()
        } catch {
            guard case .full = error, unsafe unlink(files.ballast) == 0 else { throw error }
            store = try makeStore()
        }
        _ = unsafe unlink(files.ballast)
        identity = files.identity
        opened = store
        inspectDisk()
        return store
    }

    /// Replaces the file in use by a new one with everything that can be read.
    private func renew() throws(SpoolError) {
        try files.prepareDirectory()
        try takeLock()
        defer { files.discardBuilding() }
        let now = Timestamp.now()
        let report: Salvage.Report
        do throws(SQLiteError) {
            report = try salvage(at: now)
        } catch {
            throw SpoolError(error, path: files.database)
        }
        opened?.database.leaveLogAsItIs()
        opened = nil
        let aside = try files.replace(at: now)
        log?.error(
            "spool database replaced",
            [.init("kept", report.kept), .init("lost", report.lost), .init(own: "old_file", aside ?? "gone")],
            collapsing: false
        )
        if let aside, !report.isDamaged { files.discard(aside) }
    }

    /// Reads the old records from the connection, when its file has lost its name; else from the file, and when SQLite
    /// cannot read that, from copies of it with a repaired or a new first page.
    private func salvage(at instant: Timestamp) throws(SQLiteError) -> Salvage.Report {
        if let opened, files.identity != identity { return try salvage(opened.database, at: instant) }
        opened?.database.leaveLogAsItIs()
        opened = nil
        for firstPage in [nil, Transplant.FirstPage.repaired, .fresh] {
            do throws(SQLiteError) {
                if let firstPage { try transplant(firstPage) }
                let path = firstPage == nil ? files.database : files.copy
                return try salvage(try SQLiteDatabase(path: path, access: .salvage), at: instant)
            } catch {
                guard error.trouble == .damaged, firstPage != .fresh else { throw error }
            }
        }
        throw .damagedFile(files.database, "nothing can be read")
    }

    private func salvage(_ source: SQLiteDatabase, at instant: Timestamp) throws(SQLiteError) -> Salvage.Report {
        try makeBuilding()
        var salvage = Salvage(source)
        return try salvage.run(into: files.building, at: instant)
    }

    private func makeBuilding() throws(SQLiteError) {
        files.discard(files.building)
        try Schema.create(try SQLiteDatabase(path: files.building))
    }

    private func transplant(_ firstPage: Transplant.FirstPage) throws(SQLiteError) {
        files.discard(files.copy)
        try makeBuilding()
        do throws(SystemError) {
            try Transplant.copy(files.database, to: files.copy, firstPage, of: files.building)
        } catch {
            throw .damagedFile(files.database, "it cannot be copied: \(error)")
        }
    }

    private func report(setAside path: String) {
        log?.warning("interrupted spool replacement completed", [.init(own: "old_file", path)])
    }
}
