import Basics

/// Decides what the spool takes in, after each change, and says where that changes and why.
struct IntakeGate {
    private let maxBytes: Int
    private let log: Logger?
    private var admission: Admission
    /// The file system, as it was looked at last; `nil` when it cannot be asked.
    var disk: DiskSpace?
    private(set) var level = Admission.Level.all
    /// What the spool is full of; `nil` while it takes everything.
    private(set) var fillCause: FillCause?

    init(maxBytes: Int, log: Logger?) {
        self.maxBytes = maxBytes
        self.log = log
        admission = Admission(maxBytes: maxBytes)
    }

    /// Nothing is taken in while the reserve is missing, since intake must not use what is left.
    ///
    /// - Parameter isLook: whether it also finds out again what the spool is full of.
    mutating func admit(_ store: Store, usedBytes: Int, isLook: Bool = false) {
        let before = level
        admission.update(used: usedBytes, disk: disk)
        level = store.reserve.isHeld ? admission.level : .nothing
        guard level != before || isLook else { return }
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

    private func cause(in store: Store, usedBytes: Int) -> FillCause {
        guard !admission.isDiskShort, store.reserve.isHeld,
            let backlog = try? store.estimatedBytes(of: "record", rows: store.waiting),
            let dead = try? store.estimatedBytes(of: "dead", rows: store.deadLetters)
        else { return .disk }
        return FillCause(backlog: backlog, deadLetters: dead, usedBytes: usedBytes)
    }
}
