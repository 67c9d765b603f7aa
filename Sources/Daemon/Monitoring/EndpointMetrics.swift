package import Basics

/// Whether an address that this program answers at is there: the monitoring port, the control socket.
package struct EndpointMetrics: Sendable {
    /// 1 while it listens.
    package let isListening: Gauge
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

    package func succeeded() { isListening.value = 1 }

    package func failed() {
        isListening.value = 0
        failures.add()
    }
}
