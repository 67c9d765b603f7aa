import AGI
package import Basics
package import Daemon
package import HTTP

/// Caller IDs: which number each call shows.
///
/// A dialler asks over HTTP (`GET /next-cid`), a dialplan by FastAGI (`next-cid`, `release`, `set_callerid`); both ways
/// meet in `CallerIDService`, which asks the engine (`EmbeddedEngine`, or `SharedEngine` with Redis) and keeps the history. The rules are in `Rules`.
package struct CallerIDFeature: Feature {
    package static let name = "callerid"
    package static let settings = [CallerIDConfiguration.settings]
    package static let commands =
        [CallerIDRunCommand.command, CallerIDCheckCommand.command] + NumberCommands.all + TransferCommands.all
        + SyncCommands.all + [BackupCommand.command, DialplanCommand.command]
    package static let commandGroups = [
        CommandGroup(word: "callerid", summary: "Choose which number a call shows")
    ]

    let service: CallerIDService
    private let configuration: CallerIDConfiguration
    private let agi: AGIServer?
    private let housekeeping: CallerIDHousekeeping
    let foreignCleaning: ForeignHistoryCleaning?
    /// Limits attempts with wrong tokens, by header and by form together.
    let failedLogins = FailedLogins()
    let sessions = DashboardSessions()

    /// Opens the store and the port of FastAGI.
    ///
    /// Blocks.
    ///
    /// - Throws: `CallerIDStoreError`, or `NetworkError` when the port of FastAGI cannot be used.
    package init(_ configuration: CallerIDConfiguration, metrics: CallerIDMetrics, log: Logger) throws {
        var local = EmbeddedEngine.Configuration(directory: configuration.directory, policy: configuration.policy)
        let parts = try configuration.shared().map { shared in
            SharedEngineParts(shared, metrics.shared(), log: log.component("redis"))
        }
        if let parts {
            local.observer = parts.numbers
            local.clock = { [clock = parts.clock] in clock.reading() }
        }
        let engine = try EmbeddedEngine(local, log: log.component("callerid"))
        let shared = parts.map { SharedEngine($0, engine, log: log.component("callerid")) }
        let audit = try AdminAudit(
            directory: configuration.directory,
            days: configuration.auditDays,
            log: log.component("callerid")
        )
        let history = try Self.foreignHistory(configuration, log: log.component("callerid"))
        foreignCleaning = try Self.foreignCleaning(configuration, log: log.component("callerid"))
        metrics.observe(engine, audit, history, lowWater: configuration.lowWater)
        let lock = parts.map { SyncLock(over: $0.client, prefix: $0.configuration.prefix) }
        let numbers = try Self.editor(engine, configuration, metrics, audit, lock: lock, log: log.component("callerid"))
        metrics.observe(numbers)
        service = CallerIDService(
            engine,
            shared: shared,
            metrics,
            prefix: configuration.prefix,
            adminAudit: audit,
            numbers: numbers,
            foreignHistory: history
        )
        self.configuration = configuration
        housekeeping = CallerIDHousekeeping(engine, audit, configuration, log: log.component("callerid"))
        guard configuration.agiPort != 0 else {
            agi = nil
            return
        }
        var server = AGIServer.Configuration(host: configuration.agiHost, port: configuration.agiPort)
        server.maximumSessions = configuration.agiSessions
        server.isOneWrite = configuration.isOneWrite
        agi = try AGIServer(
            server,
            handler: CallerIDScripts(service),
            instruments: metrics.sessions,
            log: log.component("agi")
        )
    }

    /// The engine first, so that it stops last and stores what the others decided.
    package var services: [any Service] {
        let shared: [any Service] = service.shared.map { [$0] } ?? []
        let sync: [any Service] = service.numbers.sync.map { [$0] } ?? []
        let history: [any Service] = service.foreignHistory.map { [$0] } ?? []
        let cleaning: [any Service] = foreignCleaning.map { [$0] } ?? []
        return [service.engine] + history + cleaning + shared + [housekeeping] + sync + (agi.map { [$0] } ?? [])
    }

    package var routes: [Route] {
        let login = DashboardLogin(
            configuration,
            authentication: CallerIDPort.authentication(configuration, sessions),
            failures: failedLogins,
            sessions: sessions
        )
        return Self.routes(service, configuration, isLocal: false)
            + Self.dashboardRoutes(service, configuration, login)
    }

    /// The same for the control socket, where nobody is asked for a token.
    package var localRoutes: [Route] {
        Self.routes(service, configuration, isLocal: true) + Self.backupRoutes(service, configuration)
    }

    package var problems: [String] {
        (service.engine.figures.isJournalLost ? ["decisions are not written to the journal"] : [])
            + (service.shared?.isUndecided == true ? ["Redis is away, and no number is given without it"] : [])
    }

    /// The port of FastAGI; `nil` when it is off.
    package var agiPort: UInt16? { agi?.port }
}

extension CallerIDFeature {
    /// What every service answers: metrics, health, state.
    var commonRoutes: ServiceRoutes {
        let service = service
        return ServiceRoutes(
            metrics: { service.metrics.registry.render() },
            problems: { [self] in problems },
            status: { service.statusJSON }
        )
    }
}

extension CallerIDService {
    /// The state in one line, for the service manager.
    var statusLine: String {
        let figures = engine.figures
        let line =
            "\(figures.selection.active) numbers, \(figures.selection.free) free, "
            + "\(figures.selection.reservations) reserved"
        return problem.map { "\(line); \($0)" } ?? line
    }

    /// The state for programs.
    var statusJSON: [UInt8] {
        let figures = engine.figures
        var json = JSONWriter()
        json.beginObject()
        json.required("service", CallerIDFeature.name)
        json.required("version", Version.number)
        json.required("engine", shared == nil ? "embedded" : "redis")
        json.key("numbers")
        json.beginObject()
        json.required("total", figures.selection.total)
        json.required("active", figures.selection.active)
        json.required("free", figures.selection.free)
        json.required("reserved", figures.selection.reservations)
        json.endObject()
        json.required("requests_last_hour", recent.figures(at: Timestamp.now().microseconds).count)
        json.required("audit_rows_dropped", droppedRows)
        json.key("problem")
        json.stringOrNull(figures.problem)
        if let shared {
            json.key("redis")
            json.stringOrNull(shared.problem)
        }
        json.endObject()
        return json.bytes
    }

    /// Why the service works with less than it should; `nil` when all is well.
    var problem: String? {
        engine.figures.problem ?? numbers.problem ?? shared?.problem.map { "without Redis: \($0)" }
    }
}
