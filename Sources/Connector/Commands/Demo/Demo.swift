import Basics
import Daemon
import Delivery
import Recordings
import Simulation
import Spool

/// One run of a demo: PBX, connector and API in this process, connected over the loopback.
struct Demo {
    /// The progress of the demo.
    struct Progress: Sendable {
        var emitted = 0
        var delivered = 0
        var waiting = 0
        var faults = 0
        var isPlaying = true
        /// The number of this report; there is one each tenth of a second.
        var tick = 0
    }

    struct Result {
        let audit: Audit
        let pbx: PBXStatistics
        let api: APIStatistics
        let seconds: Double

        var isClean: Bool { audit.isClean && audit.emitted > 0 && api.violations == 0 }
    }

    private let plan: DemoPlan
    private let directory: DemoDirectory

    /// How long the demo waits without any progress before it fails.
    private static let stallTimeout = Duration.seconds(60)

    init(_ plan: DemoPlan, _ directory: DemoDirectory) {
        self.plan = plan
        self.directory = directory
    }

    /// Runs the demo, and calls `report` ten times a second.
    func run(_ report: @escaping @Sendable (Progress) -> Void) async throws -> Result {
        let pbx = try SimulatedPBX(pbxConfiguration)
        try await pbx.start()
        let api = try await blocking { try SimulatedAPI(apiConfiguration) }
        let log = try LogFile(directory.connectorLog)
        let configuration = connectorConfiguration(pbx, api)
        let connector = try await blocking {
            try Assembly(configuration, log: Logger("main", sink: LogSink(output: log.write)))
        }
        let began = ContinuousClock.now
        try await connector.run {
            let played = Counter()
            async let playing: Void = play(on: pbx, to: api, played)
            await watch(pbx, api, connector, played, report)
            await playing
        }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        await pbx.stop()
        try await Thread.run("api-stop") { api.stop() }
        let (emissionLog, receivedLog) = (directory.emissionLog, directory.receivedLog)
        let audit = try await blocking { try Audit(emissionLog: emissionLog, receivedLog: receivedLog) }
        return Result(audit: audit, pbx: pbx.statistics, api: api.statistics, seconds: seconds)
    }

    private func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await Thread.run("demo") { Swift.Result { try body() } }.get()
    }

    private func play(on pbx: SimulatedPBX, to api: SimulatedAPI, _ played: Counter) async {
        defer { played.add() }
        while pbx.sessions == 0 && !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
        api.setBehaviour(plan.trouble)
        _ = try? await pbx.play(calls: plan.calls, rate: plan.rate)
    }

    /// Returns when all events were played and delivered, or after too long without progress.
    private func watch(
        _ pbx: SimulatedPBX,
        _ api: SimulatedAPI,
        _ connector: Assembly,
        _ played: Counter,
        _ report: @Sendable (Progress) -> Void
    ) async {
        var last = Progress()
        var lastMove = ContinuousClock.now
        while !Task.isCancelled && ContinuousClock.now - lastMove < Self.stallTimeout {
            var now = Progress()
            now.emitted = pbx.log.cdrs.written + pbx.log.cels.written
            now.delivered = api.statistics.distinct
            now.waiting = connector.spool.figures.waiting
            now.faults = api.statistics.faults
            now.isPlaying = played.value == 0
            now.tick = last.tick + 1
            if now.delivered != last.delivered || now.emitted != last.emitted { lastMove = .now }
            last = now
            report(now)
            if !now.isPlaying && now.delivered >= now.emitted && now.waiting == 0 { return }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    private var pbxConfiguration: PBXConfiguration {
        var configuration = PBXConfiguration()
        configuration.seed = UInt64(plan.seed)
        configuration.emissionLogPath = directory.emissionLog
        return configuration
    }

    private var apiConfiguration: SimulatedAPI.Configuration {
        var configuration = SimulatedAPI.Configuration()
        configuration.logFile = directory.receivedLog
        return configuration
    }

    private func connectorConfiguration(_ pbx: SimulatedPBX, _ api: SimulatedAPI) -> Configuration {
        var configuration = Configuration()
        configuration.api.url = api.url
        configuration.api.key = Secret("sk_demo")
        configuration.api.timeout = .seconds(5)
        configuration.ami.host = "127.0.0.1"
        configuration.ami.port = pbx.port
        configuration.ami.username = "connector"
        configuration.ami.password = Secret("secret")
        configuration.records.forceTimeout = .milliseconds(500)
        configuration.spool.directory = directory.spool
        configuration.monitoring.port = 0
        configuration.recordings.watchPaths = []
        return configuration
    }
}
