import Basics
import Daemon
import Delivery
import HTTP
import Reporting
import Spool

/// `run`: the connector itself, until a signal stops it.
enum RunCommand {
    static let command = Command(
        "run",
        summary: "Collect records from Asterisk and send them to the API",
        discussion: "Runs until SIGTERM or SIGINT. Unsent records then wait in the spool.",
        options: OptionDefinition.configuration,
        run: run
    )

    /// Runs until SIGTERM or SIGINT, which stop it in order within 5 s; a second one ends it at once.
    ///
    /// SIGHUP reloads the log level, the contexts and the filters.
    private static func run(_ invocation: Invocation) async -> ExitCode {
        guard let (configuration, sink) = LoadedConfiguration.load(invocation) else { return .configuration }
        let log = Logger("main", sink: sink)
        defer { sink.finish() }
        let manager = ServiceManager((try? ProcessEnvironment.read()) ?? [:], log: log)
        manager?.status("opening the spool")
        let signals = await StopSignals()
        log.info(
            "starting asterisk-connector \(Version.number)",
            [
                .init(own: "hostname", configuration.general.hostname), .init(own: "api", configuration.api.baseURL),
                .init(own: "spool", configuration.spool.directory),
            ]
        )
        let running = Lock<Assembly?>(nil)
        signals.watch(log) {
            let connector = running.withLock { $0 }
            guard let manager else { return reload(invocation, sink, connector, log) }
            manager.reloading { reload(invocation, sink, connector, log) }
        }
        do {
            let connector = try await Thread.run("start") { Result { try Assembly(configuration, log: log) } }.get()
            running.withLock { $0 = connector }
            try await connector.run(reportingTo: manager) { await signals.stopped() }
            log.info(
                "stopped in order",
                [
                    .init("waiting", connector.spool.figures.waiting),
                    .init("filtered", connector.metrics.reporting.filteredCount),
                ]
            )
            return .success
        } catch let error as SpoolError {
            log.error("connector failed", [.init(own: "error", error)])
            if case .locked = error { return .temporaryFailure }
            return .unavailable
        } catch {
            log.error("connector failed", [.init(own: "error", "\(error)")])
            return error is HTTPError || error is SystemError ? .unavailable : .internalError
        }
    }

    private static func reload(_ invocation: Invocation, _ sink: LogSink, _ connector: Assembly?, _ log: Logger) {
        let result = LoadedConfiguration.read(invocation)
        guard let configuration = result.configuration else {
            for error in result.shownErrors {
                log.error("not reloaded", [.init(own: "error", error)], collapsing: false)
            }
            return
        }
        sink.level = configuration.logging.level
        connector?.adopt(configuration)
        log.info(
            "log level, contexts and filters reloaded",
            [.init(own: "log_level", configuration.logging.level.rawValue)]
        )
    }
}
