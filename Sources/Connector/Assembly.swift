package import AMI
package import Basics
import CallRecords
import Daemon
import Delivery
import HTTP
import Recordings
package import Reporting
package import Spool
import Voicemail

/// All parts of the program, assembled: read this first.
///
/// Asterisk -> client -> ring -> ingest -> spool -> shipper -> API, and folders -> watch -> spool -> uploader -> API.
/// Each part is a service. They start in the order of dependence and stop in reverse order, so that everything read is
/// stored before other parts stop. A feature is known here by its instance in `features` alone: its services, routes and
/// problems come with it.
package struct Assembly: Sendable {
    /// The connection to Asterisk.
    package let client: AMIClient
    /// The durable queue.
    package let spool: RecordSpool
    /// The metrics of all parts.
    package let metrics: Metrics

    let configuration: Configuration
    private let deliveries: EventRing
    let shipper: Shipper
    let reporting: ReportingFeature
    let log: Logger
    private let http: HTTPClient
    private let recordings: RecordingsFeature?
    private let features: [any Feature]
    private let started = ContinuousClock.now
    private let monitoringPort = MonitoringPort()

    /// Opens the spool and creates all parts; nothing runs yet.
    ///
    /// Blocks.
    ///
    /// - Throws: `SpoolError`, or `HTTPError` when libcurl cannot be used.
    package init(_ configuration: Configuration, log: Logger) throws {
        self.configuration = configuration
        self.log = log
        metrics = Metrics()
        spool = try RecordSpool(configuration.spool, log: log.component("spool"))
        http = try HTTPClient(configuration.api.httpClient)
        var clientConfiguration = configuration.client
        clientConfiguration.missingSince = spool.aliveBefore
        client = AMIClient(clientConfiguration, instruments: metrics.ami, log: log.component("ami"))
        deliveries = client.subscribe(events: configuration.wantedEvents)
        let api = RecordsAPI(
            configuration.api.access(by: http, hostname: configuration.general.hostname),
            timeout: configuration.api.timeout
        )
        let shipper = Shipper(
            Shipper.Configuration(configuration.api, configuration.records),
            spool: spool,
            receiver: api,
            metrics: metrics.delivery,
            log: log.component("shipper")
        )
        self.shipper = shipper
        let ingest = Ingest(
            configuration.ingest,
            deliveries: deliveries,
            spool: spool,
            metrics: metrics.reporting,
            log: log.component("ingest")
        ) { shipper.appended($0) }
        reporting = ReportingFeature(ingest) { [client] in client.gapsUnderWay }
        recordings = try RecordingsFeature(
            configuration.recordings,
            api: configuration.api,
            hostname: configuration.general.hostname,
            zone: configuration.general.pbxTimeZone,
            busyRecords: configuration.records.batchSize * 2,
            spool: spool,
            metrics: metrics.recordings,
            log: log.component("recordings")
        )
        // Ingest last: it stops first, right after the client, and stores what was read.
        features = (recordings.map { [$0] } ?? []) + [reporting]
        metrics.observe(spool: spool, ring: deliveries)
    }

    /// Applies the settings that can change at run time: the rules for directions and the filters.
    package func adopt(_ configuration: Configuration) { reporting.ingest.adopt(configuration.reporting.policy) }

    /// Runs until `untilStopped` returns; then stores everything that was read, and logs off from Asterisk.
    ///
    /// - Parameter manager: receives when all services run, their status, and when they stop.
    package func run(
        reportingTo manager: ServiceManager? = nil,
        untilStopped: @escaping @Sendable () async throws -> Void
    ) async throws {
        var services: [any Service] = []
        let monitoring = monitoring
        if configuration.monitoring.isEnabled { services.append(monitoring) }
        services.append(control(monitoring))
        services.append(housekeeping)
        services.append(WaitingMails(in: configuration.voicemailQueue, metrics.waitingMails))
        services.append(shipper)
        services += features.flatMap(\.services)
        services.append(client)
        if let manager { services += supervision(manager) }
        do {
            try await Basics.run(services, untilStopped: untilStopped)
        } catch {
            await closeClients()
            throw error
        }
        await closeClients()
        await spool.close()
    }

    private func closeClients() async {
        await http.close()
        await recordings?.http.close()
    }

    private var monitoring: MonitoringEndpoint {
        MonitoringEndpoint(
            configuration.monitoring,
            metrics: metrics,
            log: log.component("monitoring"),
            port: monitoringPort,
            routes: features.flatMap(\.routes),
            status: { self.status }
        )
    }

    private var housekeeping: Housekeeping {
        Housekeeping(
            spool: spool,
            client: client,
            deliveries: deliveries,
            recordingAge: configuration.recordings.isEnabled ? configuration.recordings.maximumAge : .zero,
            log: log.component("spool")
        )
    }

    private func control(_ monitoring: MonitoringEndpoint) -> ControlSocket {
        let (shipper, uploader) = (shipper, recordings?.uploader)
        let admin = AdminAPI(spool) {
            shipper.appended(.nothing)
        } didRetryRecordings: {
            uploader?.wake()
        } gapsUnderWay: { [client] in
            client.gapsUnderWay
        }
        return ControlSocket(
            directory: configuration.spool.directory,
            admin: admin,
            log: log.component("control"),
            metrics: metrics.controlSocket,
            routes: monitoring.localRoutes
        )
    }

    /// The current state of all parts; does not block.
    package var status: StatusReport {
        let redaction = Redaction(configuration.secrets)
        var status = StatusReport(
            hostname: redaction.shown(configuration.general.hostname),
            uptime: ContinuousClock.now - started,
            ami: client.status.hiding(redaction),
            spool: spool.figures,
            ringBytes: deliveries.bytes,
            delivery: shipper.report
        )
        status.redaction = redaction
        status.delivery.lastError = status.delivery.lastError.map { redaction.shown($0) }
        status.recordings = recordings?.uploader.status
        if configuration.monitoring.isEnabled { status.monitoring = monitoringPort.status }
        let lastEvent = metrics.ami.lastEvent.value
        if lastEvent > 0 { status.lastEvent = Timestamp(microseconds: Int64(lastEvent * 1_000_000)) }
        status.troubles = log.recent
        status.gapsUnderWay = client.gapsUnderWay
        status.featureProblems = features.flatMap(\.problems)
        return status
    }
}

extension AMIClient.Status {
    /// The same with secrets removed from the greeting.
    fileprivate func hiding(_ redaction: Redaction) -> Self {
        Self(isOnline: isOnline, greeting: redaction.shown(greeting), lastError: lastError)
    }
}

extension Configuration {
    /// The AMI events that become records or describe them; they need a user with the classes cdr and call.
    package var wantedEvents: [String] {
        ["Cdr", "CEL", "Newchannel", "Hangup"] + (recordings.isEnabled ? ["MixMonitorStart"] : [])
    }

    /// The configuration of the AMI client.
    package var client: AMIClient.Configuration { ami.client }

    /// The configuration of ingest.
    package var ingest: Ingest.Configuration {
        var ingest = Ingest.Configuration(
            hostname: general.hostname,
            zone: general.pbxTimeZone,
            policy: reporting.policy
        )
        ingest.keepsCalls = recordings.isEnabled
        return ingest
    }
}
