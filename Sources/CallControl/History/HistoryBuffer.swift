import Basics
import LiveCalls

/// What has ended and is not stored yet; any thread may use it, and nothing blocks.
///
/// When the database cannot take them for so long that the bound is reached, the oldest entries are dropped and counted.
final class HistoryBuffer: Sendable {
    private struct State {
        var recorder = HistoryRecorder()
        var waiting: [HistoryEntry] = []
        var dropped = 0
    }

    private let state = Lock(State())
    private let limit: Int

    /// - Parameter limit: the most entries that wait.
    init(limit: Int = 20_000) { self.limit = limit }

    /// Notes a call that has changed; `LiveState` calls it for each change, in order.
    func note(_ call: LiveCall, in model: LiveModel, at now: LiveTime) {
        let level = call.queue.flatMap { model.queue($0.name[...])?.serviceLevel } ?? 0
        state.withLock { state in
            let entries = state.recorder.note(call, level: level, at: now) {
                var json = JSONWriter(capacity: 1024)
                _ = model.writeCall(call.id[...], into: &json, at: now)
                return json.bytes
            }
            state.waiting += entries
            let excess = state.waiting.count - limit
            guard excess > 0 else { return }
            state.waiting.removeFirst(excess)
            state.dropped += excess
        }
    }

    /// The oldest entries, at most `count`; they stay until `remove`.
    func first(_ count: Int) -> [HistoryEntry] { state.withLock { Array($0.waiting.prefix(count)) } }

    /// Removes entries that `first` gave and that are stored now.
    ///
    /// - Parameter dropped: what `dropped` was before `first`: what was dropped since is not there any more.
    func remove(_ count: Int, sinceDropped dropped: Int) {
        state.withLock { state in
            let gone = state.dropped - dropped
            state.waiting.removeFirst(min(max(count - gone, 0), state.waiting.count))
        }
    }

    var waitingCount: Int { state.withLock { $0.waiting.count } }
    /// How many entries were lost.
    var dropped: Int { state.withLock { $0.dropped } }
}
