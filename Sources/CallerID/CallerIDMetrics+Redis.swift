package import Basics
import Daemon
package import Redis

extension CallerIDMetrics {
    /// The metrics of decisions in Redis; there are none without it.
    package struct Shared: Sendable {
        package let connection: RedisInstruments
        /// Numbers that were found reserved twice.
        package let conflicts: Counter

        package init(connection: RedisInstruments = .unregistered(), conflicts: Counter = Counter()) {
            self.connection = connection
            self.conflicts = conflicts
        }
    }

    /// Registers the metrics of decisions in Redis.
    package func shared() -> Shared {
        let prefix = Registry.prefix + "callerid_"
        return Shared(
            connection: RedisInstruments(
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
            ),
            conflicts: registry.counter(
                prefix + "conflicts_total",
                "Numbers that were found reserved twice when Redis came back."
            )
        )
    }
}
