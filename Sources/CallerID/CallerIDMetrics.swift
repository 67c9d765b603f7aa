package import AGI
package import Basics
import Daemon

/// The metrics of `callerid`; no number, agent or campaign is a label.
package struct CallerIDMetrics: Sendable {
    /// What became of a request for a caller ID.
    package enum Result: String, Sendable, CaseIterable {
        /// A number was handed out.
        case ok
        /// The agent asked too often.
        case rate
        /// No number is free.
        case none
        /// The request was wrong.
        case invalid
        /// The service failed.
        case error
        /// The token was missing or wrong.
        case auth
    }

    package let registry: Registry
    let requests: [Result: Counter]
    let seconds: Histogram
    let tiers: [SelectionTier: Counter]
    package let sessions: AGIServer.Instruments
    let syncs: [SyncOutcome: Counter]

    private static let prefix = Registry.prefix + "callerid_"

    package init(_ registry: Registry = Registry()) {
        self.registry = registry
        ProcessMetrics.registerVersion(in: registry)
        ProcessMetrics.registerFigures(in: registry)
        requests = registry.counters(
            Self.prefix + "requests_total",
            "Requests for a caller ID, by what became of them.",
            "result",
            over: Result.self
        )
        seconds = registry.histogram(
            Self.prefix + "decision_seconds",
            "Time of a decision, from the complete request to its answer.",
            bounds: [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.025, 0.1, 0.3]
        )
        tiers = registry.counters(
            Self.prefix + "fallback_total",
            "Numbers handed out, by the tier that had one.",
            "tier",
            over: SelectionTier.self
        )
        syncs = registry.counters(
            Self.prefix + "sync_total",
            "Syncs with the database that numbers come from, by what became of them.",
            "result",
            over: SyncOutcome.self
        )
        sessions = AGIServer.Instruments(
            openSessions: registry.gauge(Self.prefix + "agi_sessions", "FastAGI sessions that are open."),
            sessions: registry.counters(
                Self.prefix + "agi_sessions_total",
                "FastAGI sessions, by how they ended.",
                "result",
                over: AGIOutcome.self
            ),
            acceptFailures: registry.counter(
                Self.prefix + "agi_accept_failures_total",
                "FastAGI connections that the system did not hand over."
            )
        )
    }

    /// Registers what is read from the engine at each scrape.
    ///
    /// - Parameter lowWater: the share of free numbers, in percent, below which `low_water` is 1.
    package func observe(
        _ engine: EmbeddedEngine,
        _ audit: AdminAudit? = nil,
        _ history: ForeignHistory? = nil,
        lowWater: Int
    ) {
        let prefix = Self.prefix
        registry.gauge(prefix + "numbers", "Numbers in the list.", [("state", "active")]) {
            Double(engine.figures.selection.active)
        }
        registry.gauge(prefix + "numbers", "Numbers in the list.", [("state", "inactive")]) {
            let figures = engine.figures.selection
            return Double(figures.total - figures.active)
        }
        registry.gauge(prefix + "reservations", "Numbers that are reserved.") {
            Double(engine.figures.selection.reservations)
        }
        registry.gauge(prefix + "free_numbers", "Active numbers that are neither reserved nor over a limit.") {
            Double(engine.figures.selection.free)
        }
        registry.gauge(prefix + "low_water", "1 while the share of free numbers is below LOW_WATER_PERCENT.") {
            engine.figures.selection.isLow(below: lowWater) ? 1 : 0
        }
        registry.counter(
            prefix + "audit_dropped_total",
            "Rows of the history, and lines of the audit file, that the disk or the database did not take in time."
        ) {
            Double(engine.figures.droppedRows + (audit?.droppedCount ?? 0) + (history?.droppedCount ?? 0))
        }
        registry.gauge(
            prefix + "journal_lost",
            "1 while decisions are not written to the journal, so that killing the process loses them."
        ) { engine.figures.isJournalLost ? 1 : 0 }
    }

    /// Registers what is known of the databases at each scrape.
    package func observe(_ numbers: NumberEditor) {
        registry.gauge(
            Self.prefix + "sql_up",
            "1 while the store takes changes, and the database that numbers come from, if any, answers."
        ) { numbers.isDatabaseUp ? 1 : 0 }
        registry.gauge(
            Self.prefix + "sync_age_seconds",
            "Time since the last sync that succeeded, or since the start before it; 0 when numbers come from nowhere else."
        ) { numbers.sync?.age ?? 0 }
    }
}

extension SelectionFigures {
    /// Whether less than `percent` of the active numbers are free.
    func isLow(below percent: Int) -> Bool { active > 0 && free * 100 < active * percent }
}
