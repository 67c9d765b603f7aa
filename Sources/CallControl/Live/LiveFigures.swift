import Basics

/// What is counted about the live state.
struct LiveFigures: Sendable {
    let events: Counter
    let repairs: Counter
    let syncs: [SyncReason: Counter]

    init(events: Counter, repairs: Counter, syncs: [SyncReason: Counter]) {
        self.events = events
        self.repairs = repairs
        self.syncs = syncs
    }

    /// Metrics that are not registered anywhere.
    static func unregistered() -> LiveFigures {
        LiveFigures(events: Counter(), repairs: Counter(), syncs: [:])
    }
}
