/// The current rates: per second over the last five seconds, latencies over the last five minutes.
package struct LiveRates: Sendable, Equatable {
    /// Events per second; `received` and `delivered` are records per second.
    package var events = 0.0
    package var received = 0.0
    package var delivered = 0.0
    /// The number of deliveries in the latencies.
    package var deliveries = 0
    /// The mean time from the arrival of a record to its acknowledgement, in seconds; `nil` without deliveries.
    package var averageLatency: Double?
    /// An upper bound of the 95th percentile in seconds; `nil` without deliveries or beyond the largest bucket.
    package var latencyBound: Double?

    package init() {}

    package init(events: Double, received: Double, delivered: Double) {
        self.events = events
        self.received = received
        self.delivered = delivered
    }
}
