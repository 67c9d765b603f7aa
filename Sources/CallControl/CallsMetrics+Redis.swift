import Basics
import Daemon
package import Redis

extension CallsMetrics {
    /// Registers the metrics of the connection to Redis; there are none without one.
    package func redis() -> RedisInstruments {
        let prefix = Self.prefix
        return RedisInstruments(
            connected: registry.gauge(prefix + "redis_up", "1 while Redis is connected."),
            connections: registry.counter(prefix + "redis_connections_total", "Connections to Redis."),
            failures: registry.counter(
                prefix + "redis_failures_total",
                "Connections to Redis that failed or were lost."
            ),
            refusals: registry.counter(prefix + "redis_refusals_total", "Logins that Redis refused."),
            timeouts: registry.counter(
                prefix + "redis_timeouts_total",
                "Commands that Redis did not answer in time."
            ),
            pingSeconds: registry.gauge(prefix + "redis_seconds", "Round trip to Redis, measured every 5 seconds.")
        )
    }
}
