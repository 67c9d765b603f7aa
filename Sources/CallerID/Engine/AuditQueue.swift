import Basics

/// The rows of the history that wait for the disk; it has a lock of its own, so that no row waits for a decision.
final class AuditQueue: Sendable {
    private struct State {
        var rows: [AuditRow] = []
        var dropped = 0
    }

    private let state = Lock(State())
    private let limit: Int

    /// - Parameter limit: the most rows; more are dropped and counted.
    init(limit: Int) { self.limit = limit }

    var droppedCount: Int { state.withLock { $0.dropped } }

    /// Adds a row; returns whether it is the first one that waits.
    func append(_ row: AuditRow) -> Bool {
        state.withLock { state in
            guard state.rows.count < limit else {
                state.dropped += 1
                return false
            }
            state.rows.append(row)
            return state.rows.count == 1
        }
    }

    /// Takes all rows.
    func take() -> [AuditRow] {
        state.withLock { state in
            let rows = state.rows
            state.rows = []
            return rows
        }
    }

    /// Puts rows back that could not be stored, before those that came since; drops the newest when there are too many.
    func putBack(_ rows: [AuditRow]) {
        state.withLock { state in
            let room = max(limit - state.rows.count, 0)
            state.dropped += max(rows.count - room, 0)
            state.rows = rows.prefix(room) + state.rows
        }
    }
}
