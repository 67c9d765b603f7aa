package import Basics

/// The metrics of a connection that is kept alive; the code that names them creates them.
package struct RedisInstruments: Sendable {
    /// 1 while commands are accepted.
    package let connected: Gauge
    package let connections: Counter
    /// Connections that failed or were lost.
    package let failures: Counter
    package let refusals: Counter
    /// Commands without a reply in their time.
    package let timeouts: Counter
    /// The round trip of the last PING.
    package let pingSeconds: Gauge

    package init(
        connected: Gauge = Gauge(),
        connections: Counter = Counter(),
        failures: Counter = Counter(),
        refusals: Counter = Counter(),
        timeouts: Counter = Counter(),
        pingSeconds: Gauge = Gauge()
    ) {
        self.connected = connected
        self.connections = connections
        self.failures = failures
        self.refusals = refusals
        self.timeouts = timeouts
        self.pingSeconds = pingSeconds
    }

    /// Metrics that are not registered anywhere.
    package static func unregistered() -> RedisInstruments { RedisInstruments() }
}
