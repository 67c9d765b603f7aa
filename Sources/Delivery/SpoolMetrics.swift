import AMI
package import Basics
import Daemon
package import Spool

/// The metrics of the spool: failures are counted, its content is read at each scrape.
package struct SpoolMetrics: Sendable {
    /// Failed operations of the spool.
    package let errors: Counter
    private let registry: Registry

    package init(_ registry: Registry) {
        self.registry = registry
        errors = registry.counter(
            Registry.prefix + "spool_errors_total",
            "Failed operations of the spool; it tries again."
        )
    }

    /// Registers the gauges that read from a spool.
    package func observe(_ spool: RecordSpool) {
        let prefix = Registry.prefix
        registry.gauge("asterisk_cdr_queue_depth", "Records (CDRs and CELs) that wait in the spool.") {
            Double(spool.figures.waiting)
        }
        for kind in RecordKind.allCases {
            registry.gauge(prefix + "records_waiting", "Records in the spool.", [("kind", kind.label)]) {
                Double(spool.figures.counts[kind]?.waiting ?? 0)
            }
        }
        registry.gauge(prefix + "spool_bytes", "Size of the spool's database file.") {
            Double(spool.figures.bytes)
        }
        registry.gauge(
            prefix + "spool_used_bytes",
            "The part of the spool's database file that counts against SPOOL_MAX_BYTES."
        ) {
            Double(spool.figures.usedBytes)
        }
        registry.gauge(prefix + "spool_max_bytes", "The limit of what the spool holds: SPOOL_MAX_BYTES.") {
            Double(spool.figures.maxBytes)
        }
        registry.gauge(prefix + "spool_disk_free_bytes", "Free bytes on the disk of the spool.") {
            spool.figures.disk.map { Double($0.free) } ?? .nan
        }
        registry.gauge(prefix + "spool_disk_bytes", "Size of the disk of the spool.") {
            spool.figures.disk.map { Double($0.size) } ?? .nan
        }
        registry.gauge(
            prefix + "spool_level",
            "What a spool that fills still takes: 0 everything, 1 CDRs only, 2 nothing."
        ) { Double(spool.figures.level.rawValue) }
        registry.gauge(
            prefix + "spool_generation",
            "How often the spool's database was replaced by a new one, from 1."
        ) { Double(spool.figures.generation) }
        registry.gauge(
            prefix + "spool_oldest_timestamp_seconds",
            "When the oldest record in the spool came; 0 when it is empty."
        ) { spool.figures.oldest?.secondsWithFraction ?? 0 }
        observeKeys(of: spool)
        observeTotals(of: spool)
    }

    /// The gauges of the keys of delivered records, which have their own budget.
    private func observeKeys(of spool: RecordSpool) {
        let prefix = Registry.prefix
        registry.gauge(prefix + "spool_keys", "Keys of records that are remembered, so that none is sent twice.") {
            Double(spool.figures.keys)
        }
        registry.gauge(prefix + "spool_keys_bytes", "What remembered keys take of the spool's database file.") {
            Double(spool.figures.keyBytes)
        }
        registry.gauge(prefix + "spool_keys_max_bytes", "The most that keys may take, beside SPOOL_MAX_BYTES.") {
            Double(spool.figures.maxKeyBytes)
        }
        registry.counter(
            prefix + "spool_keys_forgotten_total",
            "Keys forgotten before fourteen days for want of room, since the spool was made."
        ) { Double(spool.figures.forgottenKeys) }
    }

    /// The totals that the spool counts since it was created.
    private func observeTotals(of spool: RecordSpool) {
        let prefix = Registry.prefix
        registry.gauge(prefix + "dead_letters", "Dead letters that wait for an operator.") {
            Double(spool.figures.deadLetters)
        }
        registry.gauge(prefix + "remembered_cdrs", "CDRs that are remembered for the recordings of their calls.") {
            Double(spool.figures.rememberedCDRs)
        }
        for kind in RecordKind.allCases {
            let label = [(name: "kind", value: kind.label)]
            registry.counter(
                prefix + "records_refused_total",
                "Records that a full spool did not take, since it was made.",
                label
            ) {
                Double(spool.figures.counts[kind]?.refused ?? 0)
            }
            registry.counter(
                prefix + "records_lost_total",
                "Records that a damaged disk or file destroyed, since the spool was made.",
                label
            ) {
                Double(spool.figures.counts[kind]?.lost ?? 0)
            }
        }
        for cause in Gap.Cause.allCases.map(\.rawValue) + ["refused", "damaged"] {
            registry.counter(
                Registry.prefix + "gaps_total",
                "Times in which events could have been missed, since the spool was made.",
                [("cause", cause)]
            ) {
                Double(spool.figures.gapsByCause[cause] ?? 0)
            }
        }
    }
}

extension RecordKind {
    /// The name of the kind in metrics and messages.
    package var label: String {
        switch self {
        case .cdr: "cdr"
        case .cel: "cel"
        }
    }
}
