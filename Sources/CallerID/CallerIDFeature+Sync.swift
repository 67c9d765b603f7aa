import Basics
import HTTP
import ODBC

/// Numbers from a database of the site.
extension CallerIDFeature {
    /// What changes numbers, by the settings.
    static func editor(
        _ engine: EmbeddedEngine,
        _ configuration: CallerIDConfiguration,
        _ metrics: CallerIDMetrics,
        _ audit: AdminAudit?,
        lock: SyncLock?,
        log: Logger
    ) throws(ODBCAddressError) -> NumberEditor {
        guard let numbers = try ForeignNumbers(configuration) else { return NumberEditor(engine) }
        var settings = NumberSync.Configuration()
        settings.interval = configuration.database.interval
        settings.fullInterval = configuration.database.fullInterval
        settings.dropLimit = configuration.dropLimit
        let sync = NumberSync(numbers, engine, settings, counters: metrics.syncs, audit: audit, lock: lock, log: log)
        return NumberEditor(engine, sync: sync, isWritten: configuration.database.isWritten)
    }

    /// The history in the database of the site; `nil` when nothing may be written there.
    static func foreignHistory(
        _ configuration: CallerIDConfiguration,
        log: Logger
    ) throws(ODBCAddressError) -> ForeignHistory? {
        guard configuration.database.isWritten, let address = try configuration.database.configuration() else {
            return nil
        }
        return ForeignHistory(ODBCDatabase(address), log: log)
    }

    /// What deletes old rows of that history; `nil` when nothing may be written there.
    static func foreignCleaning(
        _ configuration: CallerIDConfiguration,
        log: Logger
    ) throws(ODBCAddressError) -> ForeignHistoryCleaning? {
        guard configuration.database.isWritten, let address = try configuration.database.configuration() else {
            return nil
        }
        return ForeignHistoryCleaning(ODBCDatabase(address), days: configuration.auditDays, log: log)
    }

    static func syncRoutes(_ service: CallerIDService, _ access: (String) -> Access) -> [Route] {
        var options = Route.Options()
        options.deadline = .seconds(120)
        return [
            Route(.post, "/api/sync", access: access("operator"), options: options) { request in
                try await synchronise(request, service)
            }
        ]
    }

    private static func synchronise(_ request: RoutedRequest, _ service: CallerIDService) async throws
        -> ServerResponse
    {
        let begin = ContinuousClock.now
        let isFull = try flag("full", request.query)
        let isForced = try flag("force", request.query)
        guard let sync = service.numbers.sync else {
            throw RequestFailure(status: 409, code: "sync", "\(SyncError.noDatabase)")
        }
        do throws(SyncError) {
            let result = try await sync.sync(isFull: isFull, isForced: isForced, by: AdminAudit.Actor(request))
            return report(result, begin)
        } catch {
            guard error.isRefusal else { throw RequestFailure(status: 503, code: "sync", "\(error)") }
            throw RequestFailure(status: 409, code: "sync", "\(error)")
        }
    }

    private static func report(_ result: SyncResult, _ begin: ContinuousClock.Instant) -> ServerResponse {
        let took = begin.duration(to: .now).components
        var json = JSONWriter()
        json.beginObject()
        json.key("success")
        json.boolean(true)
        json.key("full")
        json.boolean(result.isFull)
        json.required("read", result.read)
        json.required("added", result.added)
        json.required("changed", result.changed)
        json.required("removed", result.removed)
        json.key("rejected")
        json.beginArray()
        for rejection in result.rejected {
            json.beginObject()
            json.required("row", rejection.row)
            json.required("reason", rejection.reason)
            json.endObject()
        }
        json.endArray()
        json.key("seconds")
        json.number((Double(took.seconds) + Double(took.attoseconds) / 1e18).rounded(toPlaces: 3))
        json.endObject()
        return ServerResponse(status: 200, headers: CallerIDAnswers.json, body: json.bytes)
    }
}

extension ForeignNumbers {
    /// `nil` when the settings name no database.
    init?(_ configuration: CallerIDConfiguration) throws(ODBCAddressError) {
        guard let address = try configuration.database.configuration() else { return nil }
        self.init(
            database: ODBCDatabase(address),
            tableName: configuration.database.table,
            mapping: SyncTable.mapping(configuration.database.columns) ?? [:]
        )
    }
}
