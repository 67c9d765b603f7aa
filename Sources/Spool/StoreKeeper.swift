import Basics
import Glibc

/// Keeps a working store open: opens it, notices what is wrong with it, and mends that before its next use.
final class StoreKeeper {
    /// What must happen before the store is used again.
    private enum Need {
        case nothing
        case reopening
        /// A new file with all that can be read of the old one.
        case renewal
    }

    let files: SpoolFiles
    private let log: Logger?
    private let ballast: Ballast
    let maxBytes: Int
    private(set) var admission: Admission
    private(set) var opened: Store?
    private var lock: SpoolLock?
    private var identity: FileIdentity?
    /// Since when there was a spool here before this run; `nil` when there was none.
    private(set) var firstUse: Timestamp?
    private var disk: DiskSpace?
    private var need = Need.reopening

    init(_ configuration: SpoolConfiguration, log: Logger?) throws(SpoolError) {
        files = SpoolFiles(directory: configuration.directory)
        self.log = log
        maxBytes = configuration.maxBytes
        ballast = Ballast(directory: configuration.directory, maxBytes: configuration.maxBytes)
        admission = Admission(maxBytes: configuration.maxBytes)
    }

    /// Whoever lets go of a spool that works ends in order.
    deinit { close() }

    /// How long keys of records are remembered, in seconds: fourteen days, or one when room is short.
    var ledgerAge: Int { 86400 * (isNearlyFull ? 1 : 14) }

    private var isNearlyFull: Bool {
        guard let pages = try? opened?.statements.pages() else { return false }
        return (pages.all - pages.free) * Database.pageSize > maxBytes / 10 * 8
    }

    /// Whether there is nothing to open or to mend before the next use.
    var isWhole: Bool { need == .nothing && opened != nil }

    /// The store, mended if it had to be.
    func store() throws(SpoolError) -> Store {
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

    /// Does something with the store, and notes what has to be mended when it fails.
    func attempt<Result>(
        _ body: (Store) throws(SQLiteError) -> Result,
        on store: Store
    ) throws(SpoolError) -> Result {
        do throws(SQLiteError) {
            return try body(store)
        } catch {
            guard error.trouble == .full, ballast.drop() else { throw failure(error) }
        }
        log?.error("the disk of the spool is full; the ballast was dropped so that deliveries can still be noted")
        do throws(SQLiteError) {
            return try body(store)
        } catch {
            throw failure(error)
        }
    }

    private func failure(_ error: SQLiteError) -> SpoolError {
        switch error.trouble {
        case .full: inspectDisk()
        case .damaged, .io: need = .renewal
        case .busy, .unavailable, .other: need = .reopening
        }
        return SpoolError(error, path: files.database)
    }

    /// Looks at the disk, and whether the file is still the one in use.
    func inspect() {
        inspectDisk()
        guard need == .nothing, opened != nil, files.identity != identity else { return }
        log?.error("the spool was removed", [.init(own: "error", SpoolError.vanished(path: files.database))])
        need = .renewal
    }

    private func inspectDisk() {
        disk = try? DiskSpace(of: files.directory)
        guard let pages = try? opened?.statements.pages() else { return }
        let before = admission.level
        admission.update(used: (pages.all - pages.free) * Database.pageSize, disk: disk)
        if let disk, admission.level == .all { ballast.load(on: disk) }
        guard admission.level != before else { return }
        let fields = [
            Logger.Field("used_bytes", pages.all * Database.pageSize), .init("max_bytes", maxBytes),
            .init("disk_free_bytes", disk?.free ?? 0),
        ]
        switch admission.level {
        case .all: log?.info("the spool takes everything again", fields)
        case .cdrsOnly:
            log?.error(
                "the spool is nearly full and takes no CELs; free space, raise SPOOL_MAX_BYTES, or mend the delivery",
                fields
            )
        case .nothing:
            log?.error("the spool is full, records wait in memory; free space or raise SPOOL_MAX_BYTES", fields)
        }
    }

    /// How the spool is now.
    func figures(of store: Store) throws(SQLiteError) -> SpoolFigures {
        let pages = try store.statements.pages()
        var figures = SpoolFigures()
        figures.tallies = store.books
        figures.frozen = store.frozen.count
        figures.bytes = pages.all * Database.pageSize
        figures.usedBytes = (pages.all - pages.free) * Database.pageSize
        figures.maxBytes = maxBytes
        figures.disk = disk
        figures.level = admission.level
        figures.generation = store.generation
        figures.deadLetters = store.deadLetters
        figures.gapsByCause = store.gaps
        figures.latestGaps = try store.latestGaps()
        figures.oldest = store.waiting > 0 ? try store.statements.oldest() : nil
        figures.recordings = store.recordingBooks
        figures.oldestRecording = store.oldestRecording
        figures.rememberedCDRs = store.calls.ids.count
        return figures
    }

    /// Ends in order.
    func close() {
        if need == .nothing { try? opened?.close() } else { opened?.database.leaveLogAsItIs() }
        (opened, lock, need) = (nil, nil, .reopening)
    }

    private func open() throws(SpoolError) -> Store {
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

    private func openStore() throws(SpoolError) -> Store {
        let store: Store
        do throws(SpoolError) {
            store = try Store(path: files.database)
        } catch {
            guard case .full = error, ballast.drop() else { throw error }
            store = try Store(path: files.database)
        }
        identity = files.identity
        opened = store
        inspectDisk()
        return store
    }

    /// Puts a new file with all that can be read in the place of the one in use.
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
            "the spool has a new database",
            [.init("kept", report.kept), .init("lost", report.lost), .init(own: "old_file", aside ?? "gone")],
            collapsing: false
        )
        if let aside, !report.isDamaged { files.discard(aside) }
    }

    /// Reads the old records from the connection, when its file has no name any more; else from the file, and when SQLite
    /// makes nothing of that, from copies of it with a mended or another first page.
    private func salvage(at instant: Timestamp) throws(SQLiteError) -> Salvage.Report {
        if let opened, files.identity != identity { return try salvage(opened.database, at: instant) }
        opened?.database.leaveLogAsItIs()
        opened = nil
        for firstPage in [nil, Transplant.FirstPage.mended, .fresh] {
            do throws(SQLiteError) {
                if let firstPage { try transplant(firstPage) }
                let path = firstPage == nil ? files.database : files.copy
                return try salvage(try Database(path: path, access: .salvage), at: instant)
            } catch {
                guard error.trouble == .damaged, firstPage != .fresh else { throw error }
            }
        }
        throw .damagedFile(files.database, "nothing can be read")
    }

    private func salvage(_ source: Database, at instant: Timestamp) throws(SQLiteError) -> Salvage.Report {
        try makeBuilding()
        var salvage = Salvage(source)
        return try salvage.run(into: files.building, at: instant)
    }

    private func makeBuilding() throws(SQLiteError) {
        files.discard(files.building)
        try Schema.create(try Database(path: files.building))
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
        log?.warning("an interrupted replacement of the spool was completed", [.init(own: "old_file", path)])
    }
}
