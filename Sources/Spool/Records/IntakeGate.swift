import Basics

/// Decides after each change which records the spool accepts, and logs each change of that and its cause.
struct IntakeGate {
    private let maxBytes: Int
    private let log: Logger?
    private var admission: Admission
    /// The file system at the last check; `nil` when it is unavailable.
    var disk: DiskSpace?
    private(set) var level = Admission.Level.all
    /// What takes up the space; `nil` while the spool accepts everything.
    private(set) var fillCause: FillCause?

    init(maxBytes: Int, log: Logger?) {
        self.maxBytes = maxBytes
        self.log = log
        admission = Admission(maxBytes: maxBytes)
    }

    /// Updates the level; nothing is accepted while the reserve is missing, since intake must not use the space that is
    /// left.
    ///
    /// - Parameter isInspection: whether to determine the cause again, even if the level is unchanged.
    mutating func admit(_ store: SpoolStore, usedBytes: Int, isInspection: Bool = false) {
        let before = level
        admission.update(used: usedBytes, disk: disk)
        level = store.reserve.isHeld ? admission.level : .nothing
        guard level != before || isInspection else { return }
        fillCause = level == .all ? nil : cause(in: store, usedBytes: usedBytes)
        guard level != before else { return }
        var fields = [
            Logger.Field("used_bytes", usedBytes), .init("max_bytes", maxBytes),
            .init("disk_free_bytes", disk?.free ?? 0),
        ]
        if let fillCause {
            fields += [.init(own: "cause", fillCause.rawValue), .init(own: "help", fillCause.advice)]
        }
        switch level {
        case .all: log?.info("spool accepts all records again", fields)
        case .cdrsOnly: log?.error("spool nearly full, CELs refused", fields)
        case .nothing: log?.error("spool full, records wait in memory", fields)
        }
    }

    private func cause(in store: SpoolStore, usedBytes: Int) -> FillCause {
        guard !admission.isDiskShort, store.reserve.isHeld,
            let backlog = try? store.queue.backlogBytes(), let dead = try? store.queue.deadLetters.bytes()
        else { return .disk }
        return FillCause(backlog: backlog, deadLetters: dead, usedBytes: usedBytes)
    }
}
