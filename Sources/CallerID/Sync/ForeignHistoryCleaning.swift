import Basics
import ODBC

/// Deletes old rows of the history in the database of the site, in small steps.
///
/// A step looks at the rows with the smallest ids only, since a search by time would read a whole table without an index
/// on it. Rows are written in the order of their time; hence the old ones come first.
package final class ForeignHistoryCleaning: Service {
    package let name = "callerid-history-cleaning"
    private let database: ODBCDatabase
    private let days: Int
    private let step: Int
    private let log: Logger
    /// What was wrong at the last try.
    private let problem = Lock(String?.none)

    /// - Parameters:
    ///   - days: rows older than this go.
    ///   - step: the rows of one transaction.
    init(_ database: ODBCDatabase, days: Int, step: Int = 1000, log: Logger) {
        self.database = database
        self.days = days
        self.step = step
        self.log = log
    }

    private static let interval = Duration.seconds(60)
    /// The longest wait for one step.
    private static let patience = Duration.seconds(30)
    private static let tables = [("reservations", "reserved_at"), ("api_logs", "timestamp")]

    /// Deletes once a minute until cancelled.
    package func run() async throws {
        while true {
            await clean(now: .now())
            try await Task.sleep(for: Self.interval)
        }
    }

    /// Deletes all rows that are too old, in both tables.
    func clean(now: Timestamp) async {
        let limit = ForeignHistoryWriter.time(now.adding(seconds: -days * 86_400).microseconds)
        var failure: ODBCError?
        for (table, column) in Self.tables {
            do throws(ODBCError) {
                while try await delete(from: table, column, before: limit), !Task.isCancelled {}
            } catch {
                if error == .cancelled { return }
                // Without the table there is no history, which `ForeignHistory` says; without an id none is deleted.
                if !error.isMissingTable { failure = error }
            }
        }
        note(failure)
    }

    /// Deletes the old ones of the first rows; returns whether more may follow.
    private func delete(
        from table: String,
        _ column: String,
        before limit: ODBCValue
    ) async throws(ODBCError) -> Bool {
        let step = step
        return try await database.perform(within: Self.patience) { connection throws(ODBCError) in
            let time: String
            switch connection.system {
            case .postgresql: time = "CAST(? AS TIMESTAMP)"
            case .mariadb: time = "CAST(? AS DATETIME(6))"
            case .other: return false
            }
            let (name, id) = (try connection.quoted(table), try connection.quoted("id"))
            let first = try connection.rows("SELECT \(id) FROM \(name) ORDER BY \(id) LIMIT \(step)")
            guard let end = first.rows.last?.first.flatMap({ $0 }).flatMap({ Int($0) }) else { return false }
            let old = "\(id) <= ? AND \(try connection.quoted(column)) < \(time)"
            return try connection.execute("DELETE FROM \(name) WHERE \(old)", .integer(end), limit) == step
        }
    }

    private func note(_ error: ODBCError?) {
        let text = error.map { "\($0)" }
        let isNew = problem.withLock { problem in
            defer { problem = text }
            return problem != text
        }
        if isNew, let text {
            log.warning("history of caller IDs in the database not shortened, retrying", [.init(own: "error", text)])
        }
    }
}
