package import Basics
import Daemon
import Spool

/// The metrics of records between the spool and the API.
package struct DeliveryMetrics: Sendable {
    /// Records sent beyond the reported `queued_count`.
    package let shortfall: Counter
    /// Requests that must be sent again.
    package let retries: Counter
    /// Requests sent again as two halves.
    package let splits: Counter
    /// 1 while the circuit breaker is open.
    package let isCircuitOpen: Gauge
    /// Answers that are neither a clear success nor a clear failure.
    package let answers: AnswerMetrics
    /// The metrics that count failed operations of the spool.
    let spool: SpoolMetrics

    private let sent: Counter
    private let failed: Counter
    private let paused: [PauseReason: Gauge]
    private let deadLetters: [RecordKind: Counter]
    private let delivered: [RecordKind: Counter]
    private let requestSeconds: [String: Histogram]
    private let deliverySeconds: Histogram

    /// The labels of answers; `error` when there was none.
    private static let codes = ["2xx", "3xx", "4xx", "5xx", "error"]

    package init(_ registry: Registry, spool: SpoolMetrics) {
        let prefix = Registry.prefix
        self.spool = spool
        sent = registry.counter("cdrs_sent_total", "CDRs that the API has taken.")
        failed = registry.counter("cdrs_failed_total", "CDRs that the API refused for good, kept as dead letters.")
        delivered = registry.counters(
            prefix + "records_delivered_total",
            "Records that the API has taken.",
            "kind",
            over: RecordKind.allCases,
            by: \.label
        )
        deadLetters = registry.counters(
            prefix + "dead_letters_total",
            "Records that the API refused for good, kept as dead letters.",
            "kind",
            over: RecordKind.allCases,
            by: \.label
        )
        shortfall = registry.counter(
            prefix + "records_unqueued_total",
            "Records sent beyond the number that the API says it queued."
        )
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
        answers = AnswerMetrics(registry)
    }

    /// Counts a batch that was acknowledged and removed.
    func delivered(_ batch: FrozenBatch) {
        for kind in RecordKind.allCases { delivered[kind]?.add(batch.count(of: kind)) }
        sent.add(batch.count(of: .cdr))
        let now = Timestamp.now()
        for record in batch.records {
            deliverySeconds.observe(now.secondsWithFraction - record.receivedAt.secondsWithFraction)
        }
    }

    /// Counts a batch that became dead letters.
    func deadLettered(_ batch: FrozenBatch) {
        for kind in RecordKind.allCases { deadLetters[kind]?.add(batch.count(of: kind)) }
        failed.add(batch.count(of: .cdr))
    }

    /// Counts an answer.
    func decided(_ decision: DeliveryPolicy.Decision) {
        answers.decided(decision.suspicion, decision.reservation)
    }

    /// Sets the gauges to the current state of the delivery.
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

    /// The number of records delivered in this run.
    package var deliveredCount: Int { delivered.values.reduce(0) { $0 + $1.value } }

    /// Seconds from the arrival of a record to its acknowledgement.
    package var latencies: Histogram { deliverySeconds }
}
