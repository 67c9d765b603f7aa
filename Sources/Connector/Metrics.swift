package import AMI
package import Basics
import CallRecords
package import Spool

/// Every metric this program has, named once.
///
/// Names without the prefix `asterisk_connector_` are a contract with dashboards that exist. All counters are there
/// from the start, with the value 0; labels come from small closed sets only.
package final class Metrics: Sendable {
    package let registry = Registry()
    package let ami: AMIClient.Instruments
    let recordings: RecordingMetrics

    package let shortfall: Counter
    package let retries: Counter
    package let spoolErrors: Counter
    package let splits: Counter
    package let isCircuitOpen: Gauge

    package let rememberedChannels: Gauge

    let calls: CallMetrics
    package let monitoringPort: EndpointMetrics
    package let controlSocket: EndpointMetrics

    let uncertainTimes: [TimeSource: Counter]
    let answers: DeliveryMetrics

    private let processed: Counter
    private let filtered: [FilterReason: Counter]
    private let sent: Counter
    private let failed: Counter
    private let paused: [PauseReason: Gauge]
    private let deadLetters: [RecordKind: Counter]
    private let received: [RecordKind: Counter]
    private let delivered: [RecordKind: Counter]
    private let duplicates: Counter
    private let commitSeconds: Histogram
    private let requestSeconds: [String: Histogram]
    private let deliverySeconds: Histogram

    static let prefix = "asterisk_connector_"

    /// How an answer is counted; `error` when there was none.
    private static let codes = ["2xx", "3xx", "4xx", "5xx", "error"]

    package init() {
        let registry = registry
        let prefix = Self.prefix
        registry.gauge(prefix + "build_info", "The version that runs.", [("version", Version.number)]) { 1 }

        ami = AMIClient.Instruments(
            connected: registry.gauge("ami_connection_status", "1 while logged in to Asterisk and alive."),
            connections: registry.counter(
                prefix + "ami_connections_total",
                "Connection attempts by result.",
                [("result", "ok")]
            ),
            refusals: registry.counter(
                prefix + "ami_connections_total",
                "Connection attempts by result.",
                [("result", "refused")]
            ),
            failures: registry.counter(
                prefix + "ami_connections_total",
                "Connection attempts by result.",
                [("result", "failed")]
            ),
            receivedBytes: registry.counter(prefix + "ami_received_bytes_total", "Bytes read from Asterisk."),
            deliveredEvents: registry.counter(
                prefix + "ami_events_total",
                "Events from Asterisk by what became of them.",
                [("result", "taken")]
            ),
            ignoredEvents: registry.counter(
                prefix + "ami_events_total",
                "Events from Asterisk by what became of them.",
                [("result", "ignored")]
            ),
            lostEvents: registry.counter(
                prefix + "ami_events_total",
                "Events from Asterisk by what became of them.",
                [("result", "lost")]
            ),
            skippedMessages: registry.counter(
                prefix + "ami_oversized_messages_total",
                "Messages over 256 KiB or 1,000 headers, skipped."
            ),
            lastEvent: registry.gauge(
                prefix + "ami_last_event_timestamp_seconds",
                "When the last CDR or CEL came, by this host's clock."
            ),
            pingSeconds: registry.gauge(prefix + "ami_ping_seconds", "Round trip of the last ping.")
        )

        processed = registry.counter("cdrs_processed_total", "CDRs accepted: on the disk, flushed.")
        sent = registry.counter("cdrs_sent_total", "CDRs that the API has taken.")
        failed = registry.counter("cdrs_failed_total", "CDRs that the API refused for good, kept as dead letters.")
        filtered = Dictionary(
            uniqueKeysWithValues: FilterReason.allCases.map { reason in
                let help = "CDRs dropped because a filter says so."
                return (reason, registry.counter("asterisk_cdr_filtered_total", help, [("reason", reason.rawValue)]))
            }
        )
        calls = CallMetrics(registry, prefix: prefix)
        monitoringPort = EndpointMetrics(registry, prefix: prefix, endpoint: "monitoring_port")
        controlSocket = EndpointMetrics(registry, prefix: prefix, endpoint: "control_socket")
        rememberedChannels = registry.gauge(
            prefix + "remembered_channels",
            "Channels whose CDR is still to come."
        )
        uncertainTimes = Dictionary(
            uniqueKeysWithValues: TimeSource.allCases.map { source in
                let help = "Records whose times are not certain, by what they rest on."
                return (
                    source, registry.counter(prefix + "uncertain_times_total", help, [("source", source.rawValue)])
                )
            }
        )
        received = Self.byKind(registry, "records_received_total", "Records accepted: on the disk, flushed.")
        delivered = Self.byKind(registry, "records_delivered_total", "Records that the API has taken.")
        deadLetters = Self.byKind(
            registry,
            "dead_letters_total",
            "Records that the API refused for good, kept as dead letters."
        )
        duplicates = registry.counter(
            prefix + "records_duplicate_total",
            "Records whose key was in the spool already."
        )
        shortfall = registry.counter(
            prefix + "records_unqueued_total",
            "Records sent beyond the number that the API says it queued."
        )

        commitSeconds = registry.histogram(
            prefix + "spool_commit_seconds",
            "Time for one commit of received records.",
            bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
        )
        spoolErrors = registry.counter(prefix + "spool_errors_total", "Failed operations of the spool; it tries again.")

        requestSeconds = Dictionary(
            uniqueKeysWithValues: Self.codes.map { code in
                let histogram = registry.histogram(
                    "api_request_duration_seconds",
                    "Time for one request of records to the API.",
                    [("code", code)],
                    bounds: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
                )
                return (code, histogram)
            }
        )
        retries = registry.counter(prefix + "api_retries_total", "Requests that have to be sent again.")
        splits = registry.counter(prefix + "batches_split_total", "Requests refused and sent again as two halves.")
        paused = Dictionary(
            uniqueKeysWithValues: PauseReason.allCases.map { reason in
                let help = "1 from a failed request to the next success, by what it takes to go on."
                return (reason, registry.gauge(prefix + "api_paused", help, [("reason", reason.rawValue)]))
            }
        )
        isCircuitOpen = registry.gauge(
            prefix + "api_braked",
            "1 after 20 refused records in a row, until the API takes one; no dead letters are made meanwhile."
        )
        deliverySeconds = registry.histogram(
            prefix + "delivery_seconds",
            "Time from the arrival of a record to the API's acknowledgement.",
            bounds: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600, 86400]
        )
        answers = DeliveryMetrics(registry)
        recordings = RecordingMetrics(registry)
    }

    private static func byKind(_ registry: Registry, _ name: String, _ help: String) -> [RecordKind: Counter] {
        Dictionary(
            uniqueKeysWithValues: RecordKind.allCases.map { kind in
                (kind, registry.counter(prefix + name, help, [("kind", kind.label)]))
            }
        )
    }

    /// Adds what is read at each scrape from the spool, the ring and the kernel.
    package func observe(spool: RecordSpool, ring: EventRing) {
        let prefix = Self.prefix
        observe(spool)
        recordings.observe(spool)
        registry.gauge(prefix + "ring_bytes", "Bytes of events between the reader and the spool.") {
            Double(ring.bytes)
        }
        observeProcess()
    }

    private func observeProcess() {
        registry.counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.") {
            ProcessFigures.read().cpuSeconds
        }
        registry.gauge("process_resident_memory_bytes", "Resident memory size in bytes.") {
            ProcessFigures.read().residentBytes
        }
        registry.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.") {
            ProcessFigures.read().virtualBytes
        }
        registry.gauge("process_open_fds", "Number of open file descriptors.") { ProcessFigures.read().openFiles }
        registry.gauge("process_max_fds", "Maximum number of open file descriptors.") {
            ProcessFigures.read().maximumFiles
        }
        registry.gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.") {
            ProcessFigures.read().startTime
        }
    }

    /// Records reached the disk.
    func accepted(_ appended: RecordSpool.Appended, took duration: Duration) {
        commitSeconds.observe(duration / .seconds(1))
        for (kind, count) in appended.accepted { received[kind]?.add(count) }
        processed.add(appended.accepted[.cdr] ?? 0)
        duplicates.add(appended.duplicates)
    }

    /// A batch was acknowledged and removed.
    func delivered(_ batch: FrozenBatch) {
        for kind in RecordKind.allCases { delivered[kind]?.add(batch.count(of: kind)) }
        sent.add(batch.count(of: .cdr))
        let now = Timestamp.now()
        for record in batch.records {
            deliverySeconds.observe(now.secondsWithFraction - record.receivedAt.secondsWithFraction)
        }
    }

    /// A batch was made dead letters.
    func deadLettered(_ batch: FrozenBatch) {
        for kind in RecordKind.allCases { deadLetters[kind]?.add(batch.count(of: kind)) }
        failed.add(batch.count(of: .cdr))
    }

    /// An answer was judged.
    func decided(_ decision: DeliveryPolicy.Decision) {
        answers.decided(decision.suspicion, decision.reservation)
    }

    /// How the delivery is now.
    func delivery(_ report: DeliveryReport) {
        for (reason, gauge) in paused { gauge.value = report.reason == reason ? 1 : 0 }
        isCircuitOpen.value = report.isCircuitOpen ? 1 : 0
        answers.delivery(report)
    }

    func request(_ outcome: DeliveryOutcome, took duration: Duration) {
        let code =
            switch outcome {
            case .answered(let status, _, _, _), .incomplete(let status, _, _):
                Self.codes.first { $0.first == "\(status)".first } ?? "error"
            case .failed, .misconfigured, .cancelled: "error"
            }
        requestSeconds[code]?.observe(duration / .seconds(1))
    }

    /// How many CDRs filters have left out in this run.
    package var filteredCount: Int { filtered.values.reduce(0) { $0 + $1.value } }

    /// A filter left out a CDR.
    func filtered(_ reason: FilterReason) { filtered[reason]?.add() }

    /// What the live page has its rates from.
    func totals(waiting: Int) -> LiveHistory.Totals {
        var totals = LiveHistory.Totals()
        totals.events = ami.deliveredEvents.value + ami.ignoredEvents.value
        totals.received = received.values.reduce(0) { $0 + $1.value }
        totals.delivered = delivered.values.reduce(0) { $0 + $1.value }
        totals.waiting = waiting
        totals.latencies = deliverySeconds.snapshot
        return totals
    }

    /// The bounds of the latencies in `totals`, in seconds.
    var latencyBounds: [Double] { deliverySeconds.bounds }
}

extension RecordKind {
    /// What metrics and people call it.
    package var label: String {
        switch self {
        case .cdr: "cdr"
        case .cel: "cel"
        }
    }
}
