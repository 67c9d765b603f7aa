import AMI
package import Basics
package import Daemon
package import HTTP
import LiveCalls

/// Calls: what happens on the PBX now, for browsers, softphones and programs.
///
/// `PBXFollower` reads the events and lists of AMI into `LiveState`, which publishes what changed to `EventHub`;
/// `LoginService` says who a client is; the routes in `Requests` join them. One store (`CallsKeeper`) has the users, the
/// sessions and the numbers of events.
package struct CallsFeature: Feature {
    package static let name = "calls"
    package static let settings = [CallsConfiguration.settings]
    package static let commands =
        [CallsRunCommand.command, CallsCheckCommand.command, CallsDialplanCommand.command] + UserCommands.all
    package static let commandGroups = [
        CommandGroup(word: "calls", summary: "Show live calls, agents and queues to browsers and programs")
    ]

    let live: LiveState
    let logins: LoginService
    let metrics: CallsMetrics
    /// Carries actions to the PBX.
    let commands: CommandConnections
    /// What clients may do with calls, agents and queues.
    let control: CommandService
    let gate: CommandGate
    let transfers: TransferService
    private let events: AMIClient
    private let follower: PBXFollower
    private let keeper: CallsKeeper
    private let configuration: CallsConfiguration
    private let clients: EventClients
    private let streams: EventStreams
    private let sockets: SocketRoutes
    private let history = HistoryBuffer()
    private let views: ViewRoutes
    /// Writes to Redis; `nil` where the settings name none.
    private let redis: RedisPublisher?

    /// Opens the store.
    ///
    /// - Throws: `CallsStoreError`, or `SystemError` when the system refuses a thread.
    package init(_ configuration: CallsConfiguration, metrics: CallsMetrics, log: Logger) async throws {
        self.configuration = configuration
        self.metrics = metrics
        let path = configuration.database
        keeper = try await Thread.run("start") {
            Result { try CallsKeeper(try CallsStore(path: path), log: log.component("calls")) }
        }.get()
        var login = LoginService.Configuration(keys: configuration.tokenKeys)
        login.accessLife = configuration.accessLife
        login.refreshLife = configuration.refreshLife
        views = ViewRoutes(
            odbcFile: configuration.odbcFile,
            functionsFile: configuration.functionsFile,
            extensions: configuration.extensionPattern,
            table: try configuration.dialplanDatabase.configuration().map { DialplanTable($0) }
        )
        logins = try await LoginService(keeper, login, log: log.component("calls"))
        let pattern = configuration.extensionPattern
        let model = LiveModel(
            extensions: LiveExtensions { pattern.matches($0) },
            holdContext: configuration.holdContext
        )
        let reserved = try await keeper.use { store in try store.reservedEventNumber() }
        let hub = EventHub(reserved: reserved, figures: metrics.events) { [keeper] number, done in
            Task { done((try? await keeper.use { try $0.reserveEventNumbers(upTo: number) }) != nil) }
        }
        logins.whenSessionChanges { [hub] change, state in hub.publish(change, of: state) }
        live = LiveState(model, hub, history: history, figures: metrics.live, log: log.component("live"))
        redis = try Self.publisher(configuration, live, logins, metrics, log)
        var following = PBXFollower.Configuration()
        following.interval = configuration.staleInterval
        events = AMIClient(configuration.client, instruments: metrics.ami, log: log.component("ami"))
        var commanding = CommandConnections.Configuration()
        commanding.patience = .milliseconds(configuration.actionTimeout)
        commands = CommandConnections(
            (1..<max(configuration.amiConnections, 1)).map { _ in
                AMIClient(configuration.ami.client, log: log.component("ami"))
            },
            or: events,
            commanding,
            figures: metrics.commands,
            log: log.component("commands")
        )
        follower = PBXFollower(
            events,
            live,
            following,
            figures: metrics.live,
            log: log.component("live")
        )
        control = CommandService(
            live,
            commands,
            configuration.control,
            log: log.component("commands")
        ) { [follower] limit in await follower.look(within: limit) }
        gate = try await CommandGate(keeper, limited: metrics.limited, log: log.component("calls"))
        transfers = TransferService(
            TransferTools(
                service: control,
                keeper: keeper,
                figures: metrics.transfers,
                log: log.component("transfers")
            ),
            historyDays: configuration.historyDays
        )
        clients = EventClients(
            hub: hub,
            logins: logins,
            seats: ClientSeats(),
            figures: metrics.events,
            commands: .control(control, gate)
        )
        streams = EventStreams()
        let carriers = try await Thread.run("start") { Result { () throws(SystemError) in try WebSockets() } }.get()
        sockets = SocketRoutes(clients, on: carriers)
        metrics.observe { [live, streams, sockets, history, keeper, commands, redis] in
            var figures = live.figures
            figures.droppedHistory = history.dropped
            figures.isStored = keeper.problem == nil
            figures.streams = streams.count
            (figures.webSockets, figures.socketIO) = sockets.counts
            figures.commandConnections = commands.onlineCount
            figures.droppedRedis = redis?.dropped ?? 0
            return figures
        }
    }

    package var services: [any Service] {
        [
            LoginHousekeeping(logins),
            CallHistory(buffer: history, keeper: keeper, days: configuration.historyDays),
            follower, commands, HoldKeeper(control), transfers,
            AuditHousekeeping(gate, configuration.auditDays),
        ] + (redis.map { [$0] } ?? [])
    }

    private var loginRoutes: LoginRoutes {
        var routes = LoginRoutes(logins, extensions: configuration.extensionPattern) { [live] in live.agent($0) != nil }
        routes.gate = gate
        return routes
    }

    private var historyRoutes: HistoryRoutes {
        let days = HistoryDays(zone: configuration.zone)
        return HistoryRoutes(live: live, keeper: keeper, logins: logins, days: days, gate: gate)
    }

    /// For the control socket, where nobody is asked for a token.
    var localRoutes: [Route] { loginRoutes.localRoutes }

    package var routes: [Route] {
        loginRoutes.routes
            + LiveRoutes(live: live, clients: clients, streams: streams, gate: gate).routes
            + sockets.routes + SessionRoutes(logins: logins).routes
            + historyRoutes.routes
            + CommandRoutes(service: control, gate: gate).routes + AgentRoutes(service: control, gate: gate).routes
            + TransferRoutes(transfers: transfers, gate: gate).routes
            + AdminRoutes(service: control, gate: gate, events: events, figures: metrics.live).routes
            + DialplanRoutes(live: live, token: configuration.dialplanDigest).routes
            + CallsPage.routes
            + views.routes + RedisRoutes(redis).routes
    }

    /// Ends the clients of Socket.IO; the server ends all connections.
    func stop() { sockets.stop() }

    package var problems: [String] {
        (live.sync.isStale ? ["the live state is not that of the PBX: \(live.sync.word)"] : [])
            + (keeper.problem.map { ["the database of calls fails: \($0)"] } ?? [])
    }

    /// What every service answers: metrics, health, state.
    var commonRoutes: ServiceRoutes {
        ServiceRoutes(
            metrics: { [metrics] in metrics.registry.render() },
            problems: { problems },
            status: { statusJSON }
        )
    }

    /// The routes of `commonRoutes` on the port, where `/status` is for this machine and for administrators.
    var serviceRoutes: [Route] {
        let authentication = Authentication.calls(logins)
        return commonRoutes.routes(access: .open) { request throws(RequestFailure) in
            try request.requireMachineOrAdmin(authentication)
        }
    }

    /// The state in one line, for the service manager.
    var statusLine: String {
        let figures = live.figures
        let line = "\(figures.liveCalls) calls, \(figures.allAgents) agents, \(figures.waiting) waiting in queues"
        return problems.first.map { "\(line); \($0)" } ?? line
    }

    /// The state for programs; names nobody.
    private var statusJSON: [UInt8] {
        let figures = live.figures
        var json = JSONWriter()
        json.beginObject()
        json.required("service", Self.name)
        json.required("version", Version.number)
        json.required("sync", live.sync.word)
        json.required("redis", redis.map { $0.problem == nil ? "up" : "down" } ?? "embedded")
        json.required("calls", figures.liveCalls)
        json.required("agents", figures.allAgents)
        json.required("waiting", figures.waiting)
        json.required("sessions", logins.sessionCount)
        json.required("clients", live.hub.listenerCount)
        json.key("problems")
        json.beginArray()
        for problem in problems { json.string(problem) }
        json.endArray()
        json.endObject()
        return json.bytes
    }
}

extension CallsConfiguration {
    /// How calls are controlled.
    fileprivate var control: CommandService.Configuration {
        var control = CommandService.Configuration()
        control.contexts = contexts
        control.holdMethod = holdMethod
        control.channelTemplate = channelTemplate
        control.recordTemplate = recordTemplate
        control.context = context
        control.otherContexts = otherContexts
        control.variables = variables
        control.ringTime = ringTime
        control.isExtension = { [extensionPattern] name in extensionPattern.matches(Array(name.utf8)[...]) }
        return control
    }

    /// The configuration of the connection that brings events.
    fileprivate var client: AMIClient.Configuration {
        var client = ami.client
        // An event is to be seen within 20 ms.
        client.handover.window = .milliseconds(2)
        // So that the first login asks for the lists, as all others do.
        client.missingSince = .now()
        return client
    }
}
