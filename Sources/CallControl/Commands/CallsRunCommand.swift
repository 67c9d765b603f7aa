import Basics
import Daemon
import HTTP

/// `calls run`: the service, until a signal stops it.
enum CallsRunCommand {
    static let command = Command(
        "calls run",
        summary: "Show what happens on the PBX now, over HTTP",
        discussion: "Runs until SIGTERM or SIGINT. Settings: docs/calls.md.",
        options: CallsSettings.options,
        run: run
    )

    private static func run(_ invocation: Invocation) async -> ExitCode {
        let loaded = CallsSettings.read(invocation, CallsConfiguration.load)
        guard let configuration = loaded.configuration else {
            loaded.showErrors()
            return .configuration
        }
        Heap.keepLittle()
        // 5,000 clients, and what else there is.
        OpenFiles.allow(8192)
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
            "starting asterisk-connector \(Version.number) calls",
            [.init(own: "database", configuration.database)]
        )
        do {
            let feature = try await CallsFeature(configuration, metrics: CallsMetrics(), log: log)
            let port = try await Thread.run("start") {
                Result { try CallsPort(configuration, feature, log: log.component("http")) }
            }.get()
            try await Basics.run(services(feature, port, configuration, manager, log)) { await signals.stopped() }
            log.info("stopped in order")
            return .success
        } catch {
            log.error("calls failed", [.init(own: "error", "\(error)")])
            if case .locked? = error as? CallsStoreError { return .temporaryFailure }
            return error is RouteTableError ? .internalError : .unavailable
        }
    }

    private static func services(
        _ feature: CallsFeature,
        _ port: CallsPort,
        _ configuration: CallsConfiguration,
        _ manager: ServiceManager?,
        _ log: Logger
    ) -> [any Service] {
        let control = configuration.controlSocket(
            feature.localRoutes + feature.commonRoutes.localRoutes,
            log: log.component("control")
        )
        let reporter = manager.map { manager in ServiceReporter(manager: manager) { feature.statusLine } }
        let watchdog = manager?.watchdog.map { interval in
            Watchdog(interval: interval, parts: watched(feature), log: log.component("watchdog")) { manager?.works() }
        }
        return feature.services + [control, port] + (watchdog.map { [$0] } ?? []) + (reporter.map { [$0] } ?? [])
    }

    /// The parts that the watchdog watches: the shared pool of threads runs a new task, and the live state answers.
    private static func watched(_ feature: CallsFeature) -> [WatchedPart] {
        let (tasks, live) = (Probe(), Probe())
        return [
            WatchedPart {
                ProgressCheck.Sign("tasks", turns: tasks.answers)
            } prompt: {
                tasks.ask { answer in Task { answer() } }
            },
            WatchedPart {
                ProgressCheck.Sign("live", turns: live.answers)
            } prompt: {
                live.ask { answer in
                    Task {
                        _ = feature.live.sync
                        answer()
                    }
                }
            },
        ]
    }
}
