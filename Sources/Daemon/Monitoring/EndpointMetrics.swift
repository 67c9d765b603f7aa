package import Basics

/// Metrics of an endpoint on which this program listens: the monitoring port, the control socket.
package struct EndpointMetrics: Sendable {
    /// 1 while it listens.
    package let isListening: Gauge
    /// Failed attempts to listen.
    package let failures: Counter

    package init(_ registry: Registry, endpoint: String) {
        isListening = registry.gauge(
            Registry.prefix + "endpoint_listening",
            "1 while the connector listens there.",
            [("endpoint", endpoint)]
        )
        failures = registry.counter(
            Registry.prefix + "endpoint_listen_failures_total",
            "Failed attempts to listen; it tries again.",
            [("endpoint", endpoint)]
        )
    }

    /// Records that the endpoint listens.
    package func succeeded() { isListening.value = 1 }

    /// Records a failed attempt to listen, or a listener that was lost.
    package func failed() {
        isListening.value = 0
        failures.add()
    }
}
