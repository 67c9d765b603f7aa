import Basics

/// The last requests, and how often each campaign and agent asked in the last 24 hours; in memory, for the dashboard.
final class RecentActivity: Sendable {
    /// How often something asked, and got a number.
    struct Count: Sendable, Equatable {
        var requests = 0
        var successes = 0

        mutating func add(_ other: Count) {
            requests += other.requests
            successes += other.successes
        }
    }

    /// The counts of one kind of name, such as campaigns, of the last 24 hours.
    struct Names: Sendable, Equatable {
        var counts: [String: Count] = [:]
        /// The requests of names beyond the limit.
        var others = Count()

        fileprivate mutating func add(_ name: String, _ count: Count, limit: Int) {
            guard counts[name] != nil || counts.count < limit else { return others.add(count) }
            counts[name, default: Count()].add(count)
        }

        fileprivate mutating func add(_ other: Names, limit: Int) {
            for (name, count) in other.counts { add(name, count, limit: limit) }
            others.add(other.others)
        }
    }

    private struct Hour: Sendable {
        var number: Int64 = -1
        var campaigns = Names()
        var agents = Names()
    }

    private struct State: Sendable {
        var hours = [Hour](repeating: Hour(), count: RecentActivity.hours)
        var rows: [AuditRow] = []
        /// The place of the oldest row, once there are `rowLimit`.
        var oldest = 0
    }

    /// The current clock hour and those before it.
    private static let hours = 24
    /// The names of a kind that are counted in one hour.
    private static let nameLimit = 2000
    /// The rows that are kept.
    private static let rowLimit = 500

    private let state = Lock(State())

    /// Adds a request that was answered.
    func add(_ row: AuditRow) {
        let count = Count(requests: 1, successes: row.number.isEmpty ? 0 : 1)
        let number = max(row.time, 0) / 3_600_000_000
        let index = Int(number % Int64(Self.hours))
        state.withLock { state in
            if state.hours[index].number != number { state.hours[index] = Hour(number: number) }
            // A look-up by trunk has neither.
            if !row.campaign.isEmpty { state.hours[index].campaigns.add(row.campaign, count, limit: Self.nameLimit) }
            if !row.agent.isEmpty { state.hours[index].agents.add(row.agent, count, limit: Self.nameLimit) }
            guard state.rows.count == Self.rowLimit else { return state.rows.append(row) }
            state.rows[state.oldest] = row
            state.oldest = (state.oldest + 1) % Self.rowLimit
        }
    }

    /// What was asked in the last 24 clock hours, the current one included.
    func names(at now: Int64) -> (campaigns: Names, agents: Names) {
        let number = max(now, 0) / 3_600_000_000
        let hours = state.withLock { $0.hours }
        var (campaigns, agents) = (Names(), Names())
        for hour in hours where number - hour.number < Int64(Self.hours) {
            campaigns.add(hour.campaigns, limit: Self.hours * Self.nameLimit)
            agents.add(hour.agents, limit: Self.hours * Self.nameLimit)
        }
        return (campaigns, agents)
    }

    /// The last requests, the newest first; at most 500.
    var rows: [AuditRow] {
        state.withLock { state in
            Array((state.rows[state.oldest...] + state.rows[..<state.oldest]).reversed())
        }
    }
}
