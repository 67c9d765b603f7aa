import Basics

/// The clock of Redis, as far as this process knows it: its own one, moved by what Redis showed last.
final class RedisClock: Sendable {
    private struct State {
        var offset: Int64 = 0
        /// What Redis showed last, and when.
        var shown: SteadyClock.Reading?
    }

    private let state = Lock(State())

    /// Notes the time of an answer that has just arrived, in microseconds since 1970.
    func show(_ time: Int64) {
        let now = SteadyClock.Reading.now()
        state.withLock { state in
            state.offset = time - now.time
            state.shown = SteadyClock.Reading(time: time, steady: now.steady)
        }
    }

    func reading() -> SteadyClock.Reading {
        var reading = SteadyClock.Reading.now()
        reading.time += state.withLock { $0.offset }
        return reading
    }

    /// The time that Redis should show now, whatever became of its clock; `nil` before its first answer.
    var expectedTime: Int64? {
        let now = SteadyClock.Reading.now()
        return state.withLock { state in state.shown.map { $0.time + now.steady - $0.steady } }
    }
}
