/// How fast things go: per second, over the last five seconds; latencies over the last five minutes.
package struct LiveRates: Sendable, Equatable {
    package var events = 0.0
    package var received = 0.0
    package var delivered = 0.0
    /// How many deliveries the latencies are of.
    package var deliveries = 0
    /// From the arrival of a record to its acknowledgement, in seconds; `nil` without deliveries.
    package var averageLatency: Double?
    /// Of 20 deliveries 19 took no longer, in seconds; `nil` without deliveries or beyond what is measured.
    package var latencyBound: Double?

    package init() {}

    package init(events: Double, received: Double, delivered: Double) {
        self.events = events
        self.received = received
        self.delivered = delivered
    }
}
