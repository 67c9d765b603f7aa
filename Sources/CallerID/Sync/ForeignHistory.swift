import Basics
import ODBC

/// Writes the history into the database of the site too, where that has the tables `reservations` and `api_logs`.
///
/// Rows wait in memory while the database is away; more than `limit` are dropped and counted. The store of this service
/// has each row anyway. It has a connection of its own, so that no sync waits for the history.
///
/// A row may be there twice when the connection broke during a commit, since nobody knows then whether it counted.
package final class ForeignHistory: Service {
    private struct State {
        var rows: [AuditRow] = []
        /// Rows that wait too, but are in `backlog`.
        var taken = 0
        var dropped = 0
        /// Without the tables no row is kept before this time.
        var pausedUntil: ContinuousClock.Instant?
        /// What was wrong at the last try.
        var problem: String?
    }

    /// Rows that were taken and are not written yet.
    private struct Backlog {
        var rows: ArraySlice<AuditRow> = []
        var attempt: Attempt?
    }

    /// The writing of the first rows of the backlog; it may go on when nobody waits for it any more.
    private final class Attempt: Sendable {
        let count: Int
        let isDone = Lock(false)

        init(_ count: Int) { self.count = count }
    }

    package let name = "callerid-history"
    private let database: ODBCDatabase
    private let limit: Int
    private let lastPatience: Duration
    private let state = Lock(State())
    /// Decisions never wait for this lock.
    private let backlog = Lock(Backlog())
    private let turns = Turns()
    private let wake = WakeSignal()
    private let log: Logger

    /// - Parameters:
    ///   - limit: the most rows that wait.
    ///   - lastPatience: the longest wait at a stop, which may take 5 s.
    init(
        _ database: ODBCDatabase,
        limit: Int = 100_000,
        lastPatience: Duration = .seconds(2),
        log: Logger
    ) {
        self.lastPatience = lastPatience
        self.database = database
        self.limit = limit
        self.log = log
    }

    /// The rows of one transaction.
    private static let group = 500
    /// How long rows are gathered.
    private static let interval = Duration.seconds(1)
    private static let retries = Duration.seconds(1)...Duration.seconds(30)
    /// How long to wait before looking again for tables that are missing.
    private static let pause = Duration.seconds(60)
    /// The longest wait for one transaction.
    private static let patience = Duration.seconds(30)

    var droppedCount: Int { state.withLock { $0.dropped } }

    /// The rows that wait.
    var waitingCount: Int { state.withLock { $0.rows.count + $0.taken } }

    /// Whether rows are on their way to the database.
    var isWriting: Bool { state.withLock { $0.taken > 0 } }

    /// Adds a row; does not block.
    func append(_ row: AuditRow) {
        let isFirst = state.withLock { state in
            if let until = state.pausedUntil {
                guard until <= .now else { return false }
                state.pausedUntil = nil
            }
            guard state.rows.count + state.taken < limit else {
                state.dropped += 1
                return false
            }
            state.rows.append(row)
            return state.rows.count == 1
        }
        if isFirst { wake.ring() }
    }

    /// Writes rows until cancelled, then once more.
    package func run() async throws {
        while !Task.isCancelled {
            await wake.wait()
            try? await Task.sleep(for: Self.interval)
            var delay = Self.retries.lowerBound
            while !Task.isCancelled, await !flush() {
                try? await Task.sleep(for: delay)
                delay = min(delay * 2, Self.retries.upperBound)
            }
        }
        // Not part of the task that is cancelled.
        await Task { _ = await flush(until: .now + lastPatience) }.value
        let waiting = waitingCount
        if waiting > 0 { log.warning("end of the history of caller IDs not in the database", [.init("rows", waiting)]) }
        try Task.checkCancellation()
    }

    /// Writes all rows that wait, in groups; false when the database did not take them, and they wait on.
    func flush(until deadline: ContinuousClock.Instant? = nil) async -> Bool {
        await turns.take {
            var waiting = backlog.withLock { backlog in
                defer { backlog = Backlog() }
                return backlog
            }
            defer { backlog.withLock { $0 = waiting } }
            // The rows to be written one by one, since one of them was refused.
            var single = 0
            while true {
                if waiting.rows.isEmpty { waiting.rows = take()[...] }
                if waiting.rows.isEmpty { return true }
                let patience = deadline.map { ContinuousClock.now.duration(to: $0) } ?? Self.patience
                guard patience > .zero else { return false }
                let size = min(single > 0 ? 1 : Self.group, waiting.rows.count)
                let attempt = waiting.attempt ?? Attempt(size)
                waiting.attempt = attempt
                do throws(ODBCError) {
                    try await write(Array(waiting.rows.prefix(attempt.count)), attempt, within: patience)
                    note(nil)
                } catch {
                    if error.isMissingTable {
                        stop(error)
                        waiting = Backlog()
                        return true
                    }
                    if error != .cancelled { note(error) }
                    guard error.isOfData else { return false }
                    waiting.attempt = nil
                    guard attempt.count == 1 else {
                        single = attempt.count
                        continue
                    }
                    state.withLock { $0.dropped += 1 }
                }
                waiting.attempt = nil
                single = max(single - attempt.count, 0)
                waiting.rows = waiting.rows.dropFirst(attempt.count)
                state.withLock { $0.taken -= attempt.count }
            }
        }
    }

    private func take() -> [AuditRow] {
        state.withLock { state in
            defer { (state.taken, state.rows) = (state.rows.count, []) }
            return state.rows
        }
    }

    /// Writes rows, unless an earlier try, whose end was not waited for, has done it.
    private func write(_ rows: [AuditRow], _ attempt: Attempt, within patience: Duration) async throws(ODBCError) {
        try await database.perform(within: patience) { connection throws(ODBCError) in
            guard !attempt.isDone.withLock({ $0 }) else { return }
            try ForeignHistoryWriter(connection).write(rows)
            attempt.isDone.withLock { $0 = true }
        }
    }

    private func note(_ error: ODBCError?) {
        let before = state.withLock { state in
            defer { state.problem = error.map { "\($0)" } }
            return state.problem
        }
        if let error, before == nil {
            log.warning(
                "history of caller IDs not written to the database, retrying",
                [.init(own: "error", "\(error)")]
            )
        } else if error == nil, before != nil {
            log.info("history of caller IDs written to the database again")
        }
    }

    /// Keeps no rows for a while, since the tables are missing.
    private func stop(_ error: ODBCError) {
        let isNew = state.withLock { state in
            defer { state.problem = "\(error)" }
            state.rows = []
            state.taken = 0
            state.pausedUntil = .now + Self.pause
            return state.problem != "\(error)"
        }
        if isNew {
            log.info("no history of caller IDs in the database, tables missing", [.init(own: "error", "\(error)")])
        }
    }
}

extension ODBCError {
    var isMissingTable: Bool {
        guard case .server(let diagnostic) = self else { return false }
        return diagnostic.kind == .table
    }

    /// Whether the database would never take this row: a value that is too long, or breaks a rule of the table.
    fileprivate var isOfData: Bool { state?.hasPrefix("22") == true || isConflict }
}
