package import AMI
package import Basics
package import Daemon
package import Delivery
package import Recordings
package import Reporting
package import Spool

/// The metrics of `run`, combined from those of its parts.
///
/// Names without the prefix `asterisk_connector_` are a contract with existing dashboards. All counters exist from the
/// start with the value 0; labels come from small closed sets only.
package final class Metrics: Sendable {
    /// All metrics, for a scrape.
    package let registry: Registry
    package let ami: AMIClient.Instruments
    package let spool: SpoolMetrics
    package let reporting: ReportingMetrics
    package let delivery: DeliveryMetrics
    package let recordings: RecordingMetrics
    package let monitoringPort: EndpointMetrics
    package let controlSocket: EndpointMetrics
    let waitingMails: Gauge

    package init() {
        let registry = Registry()
        self.registry = registry
        ProcessMetrics.registerVersion(in: registry)
        ami = AMIClient.Instruments(registry)
        spool = SpoolMetrics(registry)
        reporting = ReportingMetrics(registry, spool: spool)
        delivery = DeliveryMetrics(registry, spool: spool)
        recordings = RecordingMetrics(registry, spool: spool, answers: delivery.answers)
        monitoringPort = EndpointMetrics(registry, endpoint: "monitoring_port")
        controlSocket = EndpointMetrics(registry, endpoint: "control_socket")
        waitingMails = registry.gauge(
            Registry.prefix + "voicemail_waiting",
            "Voicemail mails that sendmail has not taken yet; NaN where VOICEMAIL_QUEUE_DIR cannot be read."
        )
        waitingMails.value = .nan
    }

    /// Registers the gauges that are read from the spool and the ring at each scrape.
    package func observe(spool: RecordSpool, ring: EventRing) {
        self.spool.observe(spool)
        recordings.observe(spool)
        ProcessMetrics.registerFigures(in: registry)
        registry.gauge(Registry.prefix + "ring_bytes", "Bytes of events between the reader and the spool.") {
            Double(ring.bytes)
        }
    }

    /// The totals from which the live page computes its rates.
    func totals(waiting: Int) -> LiveHistory.Totals {
        var totals = LiveHistory.Totals()
        totals.events = ami.deliveredEvents.value + ami.ignoredEvents.value
        totals.received = reporting.receivedCount
        totals.delivered = delivery.deliveredCount
        totals.waiting = waiting
        totals.latencies = delivery.latencies.snapshot
        return totals
    }

    /// The bounds of the latencies in `totals`, in seconds.
    var latencyBounds: [Double] { delivery.latencies.bounds }
}
