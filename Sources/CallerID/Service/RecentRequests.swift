import Basics

/// How many requests there were in the last hour, and how long they took, by the minute.
final class RecentRequests: Sendable {
    private struct Minute {
        var number: Int64 = -1
        var count = 0
        var microseconds: Int64 = 0
    }

    private let minutes = Lock([Minute](repeating: Minute(), count: 60))

    /// - Parameter now: in microseconds since 1970.
    func add(microseconds: Int64, at now: Int64) {
        let number = max(now, 0) / 60_000_000
        minutes.withLock { minutes in
            let index = Int(number % 60)
            if minutes[index].number != number { minutes[index] = Minute(number: number) }
            minutes[index].count += 1
            minutes[index].microseconds += microseconds
        }
    }

    /// The requests of the last 60 minutes, and the mean of their times in milliseconds; 0 without any.
    func figures(at now: Int64) -> (count: Int, milliseconds: Double) {
        let number = max(now, 0) / 60_000_000
        return minutes.withLock { minutes in
            let recent = minutes.filter { number - $0.number < 60 }
            let count = recent.reduce(0) { $0 + $1.count }
            let total = recent.reduce(0) { $0 + $1.microseconds }
            return (count, count == 0 ? 0 : Double(total) / Double(count) / 1000)
        }
    }
}
