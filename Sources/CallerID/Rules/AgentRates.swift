import Basics

/// Counts the requests of each agent in windows of 60 s, which begin with the first request.
struct AgentRates: Sendable {
    private struct Window {
        let begin: Int64
        var count: Int
    }

    private var windows: [String: Window] = [:]
    /// The windows in the order of their beginnings.
    private var order = Queue<(begin: Int64, agent: String)>()

    /// The length of a window, in microseconds.
    static let window: Int64 = 60_000_000
    /// The agents counted at a time; beyond that, the oldest window goes first.
    static let limit = 100_000

    /// Counts a request at `now` (microseconds since 1970).
    ///
    /// - Returns: `nil` when it is within `limit`; else the seconds until the window ends.
    mutating func count(_ agent: String, at now: Int64, limit: Int) -> Int? {
        guard limit > 0 else { return nil }
        dropOld(now)
        if let window = windows[agent], now - window.begin < Self.window {
            windows[agent]?.count += 1
            guard window.count >= limit else { return nil }
            return Int((Self.window - (now - window.begin) + 999_999) / 1_000_000)
        }
        windows[agent] = Window(begin: now, count: 1)
        order.append((now, agent))
        return nil
    }

    /// The seconds until a request of an agent is allowed; `nil` when the next one is.
    func wait(_ agent: String, at now: Int64, limit: Int) -> Int? {
        guard limit > 0, let window = windows[agent], now - window.begin < Self.window, window.count >= limit else {
            return nil
        }
        return Int((Self.window - (now - window.begin) + 999_999) / 1_000_000)
    }

    private mutating func dropOld(_ now: Int64) {
        while let oldest = order.first, now - oldest.begin >= Self.window || order.count >= Self.limit {
            order.removeFirst()
            // A window that began later has its own entry.
            if windows[oldest.agent]?.begin == oldest.begin { windows[oldest.agent] = nil }
        }
    }
}
