package import Basics
import CallRecords
import Daemon
package import Delivery
import Spool

/// The metrics of records between the PBX and the spool.
package struct ReportingMetrics: Sendable {
    /// Channels whose CDR has not arrived yet.
    package let rememberedChannels: Gauge
    let calls: CallMetrics
    let uncertainTimes: [TimeSource: Counter]
    /// The metrics that count failed operations of the spool.
    let spool: SpoolMetrics

    private let processed: Counter
    private let filtered: [FilterReason: Counter]
    private let received: [RecordKind: Counter]
    private let duplicates: Counter
    private let commitSeconds: Histogram

    package init(_ registry: Registry, spool: SpoolMetrics) {
        let prefix = Registry.prefix
        self.spool = spool
        processed = registry.counter("cdrs_processed_total", "CDRs accepted: on the disk, flushed.")
        filtered = registry.counters(
            "asterisk_cdr_filtered_total",
            "CDRs dropped because a filter says so.",
            "reason",
            over: FilterReason.self
        )
        calls = CallMetrics(registry)
        rememberedChannels = registry.gauge(
            prefix + "remembered_channels",
            "Channels whose CDR is still to come."
        )
        uncertainTimes = registry.counters(
            prefix + "uncertain_times_total",
            "Records whose times are not certain, by what they rest on.",
            "source",
            over: TimeSource.self
        )
        received = registry.counters(
            prefix + "records_received_total",
            "Records accepted: on the disk, flushed.",
            "kind",
            over: RecordKind.allCases,
            by: \.label
        )
        duplicates = registry.counter(
            prefix + "records_duplicate_total",
            "Records whose key was in the spool already."
        )
        commitSeconds = registry.histogram(
            prefix + "spool_commit_seconds",
            "Time for one commit of received records.",
            bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
        )
    }

    /// Counts records that were committed.
    func accepted(_ appended: RecordSpool.Appended, took duration: Duration) {
        commitSeconds.observe(duration / .seconds(1))
        for (kind, count) in appended.accepted { received[kind]?.add(count) }
        processed.add(appended.accepted[.cdr] ?? 0)
        duplicates.add(appended.duplicates)
    }

    /// Counts a CDR that a filter dropped.
    func filtered(_ reason: FilterReason) { filtered[reason]?.add() }

    /// The number of CDRs that filters dropped in this run.
    package var filteredCount: Int { filtered.values.reduce(0) { $0 + $1.value } }

    /// The number of records accepted in this run.
    package var receivedCount: Int { received.values.reduce(0) { $0 + $1.value } }
}
