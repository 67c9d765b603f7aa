import Basics

/// How far the model is known to be the truth.
enum SyncState: Sendable, Equatable {
    /// Asterisk is not connected, and has never been since the start.
    case waiting
    /// The lists are being read.
    case syncing(SyncReason)
    /// The model agreed with the lists at this time, and follows the events since.
    case synced(at: Timestamp)
    /// The connection is lost.
    case down(since: Timestamp)

    /// Whether answers are marked as stale, and changes refused.
    var isStale: Bool { if case .synced = self { false } else { true } }

    var word: String {
        switch self {
        case .waiting: "waiting"
        case .syncing: "syncing"
        case .synced: "synced"
        case .down: "down"
        }
    }
}

/// Why the lists are read.
enum SyncReason: String, Sendable, CaseIterable {
    case login
    /// Events were lost on the way.
    case gap
    /// Asterisk has started, or loaded its modules.
    case booted
    /// The configuration of queues or phones was loaded again.
    case reload
    /// The time of CALLS_STALE_SECONDS has passed.
    case timer
    /// A command saw nothing of what it asked for.
    case command
    /// A list before was not complete.
    case retry

    /// Whether the model is the truth meanwhile, as far as is known.
    var isComparison: Bool { self == .timer || self == .command }
}
