import Basics
import Daemon

/// What the dashboard shows, before it becomes text.
struct DashboardState: Sendable {
    let hostname: String
    let now: Timestamp
    let numbers: SelectionFigures
    let areas: [AreaFigures]
    /// The share of free numbers, in percent, below which they are few.
    let lowWater: Int
    let reservationSeconds: Int
    let hour: (count: Int, milliseconds: Double)
    let campaigns: RecentActivity.Names
    let agents: RecentActivity.Names
    /// The last requests, the newest first.
    let requests: [AuditRow]
    /// What `/health` answers.
    let health: JSONValue
    /// Rows of the history that were dropped.
    let droppedRows: Int
    /// The number that somebody looked up, as written; empty for none.
    let searched: String
    /// Who had it; `nil` when nothing was looked up, or the store failed.
    let history: HistoryPage?

    init(
        _ service: CallerIDService,
        _ configuration: CallerIDConfiguration,
        health: JSONValue,
        searched: String,
        history: HistoryPage?
    ) {
        let figures = service.engine.figures
        hostname = HostName.current
        now = .now()
        numbers = figures.selection
        droppedRows = service.droppedRows
        areas = service.engine.areas
        lowWater = configuration.lowWater
        reservationSeconds = Int(configuration.reservation.components.seconds)
        hour = service.recent.figures(at: now.microseconds)
        (campaigns, agents) = service.activity.names(at: now.microseconds)
        requests = service.activity.rows
        self.health = health
        self.searched = searched
        self.history = history
    }
}
