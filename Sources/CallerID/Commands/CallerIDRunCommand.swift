import Basics
import Daemon
import HTTP

/// `callerid run`: the service, until a signal stops it.
enum CallerIDRunCommand {
    static let command = Command(
        "callerid run",
        summary: "Choose the caller ID of each call, over HTTP and FastAGI",
        discussion: "Runs until SIGTERM or SIGINT. Settings: docs/callerid.md.",
        options: [CallerIDSettings.option, CallerIDSettings.opsConf],
        run: run
    )

    private static func run(_ invocation: Invocation) async -> ExitCode {
        guard let loaded = CallerIDSettings.load(invocation), let configuration = loaded.configuration else {
            return .configuration
        }
        Heap.keepLittle()
        let sink = LogSink(level: configuration.logging.level, format: configuration.logging.format)
        sink.hide(loaded.secrets)
        defer { sink.finish() }
        let log = Logger("main", sink: sink)
        for warning in loaded.shownWarnings {
            log.component("config").warning("setting questionable", [.init(own: "warning", warning)], collapsing: false)
        }
        let manager = ServiceManager((try? ProcessEnvironment.read()) ?? [:], log: log)
        let signals = await StopSignals()
        signals.watch(log) { log.info("settings are read at the start only") }
        log.info(
            "starting asterisk-connector \(Version.number) callerid",
            [.init(own: "directory", configuration.directory)]
        )
        do {
            let (feature, ports) = try await Thread.run("start") {
                Result { try open(configuration, log) }
            }.get()
            try await Basics.run(services(feature, ports, configuration, manager, log)) { await signals.stopped() }
            log.info("stopped in order")
            return .success
        } catch {
            log.error("caller IDs failed", [.init(own: "error", "\(error)")])
            if case .locked? = error as? CallerIDStoreError { return .temporaryFailure }
            return error is RouteTableError ? .internalError : .unavailable
        }
    }

    private static func open(
        _ configuration: CallerIDConfiguration,
        _ log: Logger
    ) throws -> (CallerIDFeature, [any Service]) {
        let feature = try CallerIDFeature(configuration, metrics: CallerIDMetrics(), log: log)
        let port = try CallerIDPort(configuration, feature, log: log.component("http"))
        let trunkPort = try TrunkPort(configuration, feature, log: log.component("http"))
        return (feature, [port] + (trunkPort.map { [$0] } ?? []))
    }

    private static func services(
        _ feature: CallerIDFeature,
        _ ports: [any Service],
        _ configuration: CallerIDConfiguration,
        _ manager: ServiceManager?,
        _ log: Logger
    ) -> [any Service] {
        let control = ControlSocket(
            directory: configuration.directory,
            folderSetting: "CALLERID_DIR",
            routes: feature.localRoutes + feature.commonRoutes.localRoutes,
            errors: CallerIDAnswers.errors,
            log: log.component("control")
        )
        let reporter = manager.map { manager in
            ServiceReporter(manager: manager) { [service = feature.service] in service.statusLine }
        }
        let watchdog = manager?.watchdog.map { interval in
            Watchdog(interval: interval, parts: watched(feature.service), log: log.component("watchdog")) {
                manager?.works()
            }
        }
        return feature.services + [control] + ports + (watchdog.map { [$0] } ?? []) + (reporter.map { [$0] } ?? [])
    }

    /// The parts that the watchdog watches: the shared pool of threads runs a new task, and the engine answers.
    ///
    /// A process that hangs is worse for calls than none: Asterisk waits for its answer.
    private static func watched(_ service: CallerIDService) -> [WatchedPart] {
        let (tasks, engine) = (Probe(), Probe())
        return [
            WatchedPart {
                ProgressCheck.Sign("tasks", turns: tasks.answers)
            } prompt: {
                tasks.ask { answer in Task { answer() } }
            },
            WatchedPart {
                ProgressCheck.Sign("engine", turns: engine.answers)
            } prompt: {
                engine.ask { answer in
                    Task {
                        _ = service.engine.figures
                        answer()
                    }
                }
            },
        ]
    }
}
