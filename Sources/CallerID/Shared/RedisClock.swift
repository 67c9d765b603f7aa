import Basics

/// The clock of Redis, as far as this process knows it: its own one, moved by what Redis showed last.
final class RedisClock: Sendable {
    private let offset = Lock<Int64>(0)

    /// Notes the time of an answer that has just arrived, in microseconds since 1970.
    func show(_ time: Int64) {
        let difference = time - Timestamp.now().microseconds
        offset.withLock { $0 = difference }
    }

    func reading() -> SteadyClock.Reading {
        var reading = SteadyClock.Reading.now()
        reading.time += offset.withLock { $0 }
        return reading
    }
}
