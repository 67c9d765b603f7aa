package import Basics

extension AMIClient {
    /// Where Asterisk is and how to speak to it.
    package struct Configuration: Sendable {
        package var host: String
        package var port: UInt16
        package var credentials: ConnectionState.Credentials
        /// TLS is used when this is set.
        package var tls: TLSStream.Configuration?
        /// The limit for connecting to one address, and again for the TLS handshake.
        package var connectTimeout = Duration.seconds(10)
        package var timing = ConnectionState.Timing()
        package var handover = Handover()
        /// The time up to which an earlier run missed nothing: the time from then to the first login is a gap.
        package var missingSince: Timestamp?
        /// Delays after a network error.
        package var backoff = Backoff(base: .milliseconds(500), cap: .seconds(60))
        /// The delay after a refused login, doubled each time, from `first` up to `last`.
        package var refusalDelay = (first: Duration.seconds(30), last: Duration.seconds(300))

        package init(host: String, port: UInt16, credentials: ConnectionState.Credentials) {
            self.host = host
            self.port = port
            self.credentials = credentials
        }
    }

    /// When the reader hands over events: at the first of these limits.
    package struct Handover: Sendable {
        package var events = 200
        package var bytes = 256 << 10
        package var window = Duration.milliseconds(20)

        package init() {}
    }

    /// The metrics of a client; the code that names them creates them.
    package struct Instruments: Sendable {
        package let connected: Gauge
        package let connections: Counter
        package let refusals: Counter
        package let failures: Counter
        package let receivedBytes: Counter
        package let deliveredEvents: Counter
        package let ignoredEvents: Counter
        package let lostEvents: Counter
        package let skippedMessages: Counter
        package let lastEvent: Gauge
        package let pingSeconds: Gauge

        package init(
            connected: Gauge,
            connections: Counter,
            refusals: Counter,
            failures: Counter,
            receivedBytes: Counter,
            deliveredEvents: Counter,
            ignoredEvents: Counter,
            lostEvents: Counter,
            skippedMessages: Counter,
            lastEvent: Gauge,
            pingSeconds: Gauge
        ) {
            self.connected = connected
            self.connections = connections
            self.refusals = refusals
            self.failures = failures
            self.receivedBytes = receivedBytes
            self.deliveredEvents = deliveredEvents
            self.ignoredEvents = ignoredEvents
            self.lostEvents = lostEvents
            self.skippedMessages = skippedMessages
            self.lastEvent = lastEvent
            self.pingSeconds = pingSeconds
        }

        /// Metrics that are not registered anywhere.
        package static func unregistered() -> Instruments {
            Instruments(
                connected: Gauge(),
                connections: Counter(),
                refusals: Counter(),
                failures: Counter(),
                receivedBytes: Counter(),
                deliveredEvents: Counter(),
                ignoredEvents: Counter(),
                lostEvents: Counter(),
                skippedMessages: Counter(),
                lastEvent: Gauge(),
                pingSeconds: Gauge()
            )
        }
    }
}
