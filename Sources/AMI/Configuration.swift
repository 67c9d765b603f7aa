package import Basics

extension AMIClient {
    /// Where Asterisk is and how to speak to it.
    package struct Configuration: Sendable {
        package var host: String
        package var port: UInt16
        package var credentials: ConnectionState.Credentials
        /// TLS when set.
        package var tls: TLSStream.Configuration?
        /// For connecting to one address, and again for the TLS handshake.
        package var connectTimeout = Duration.seconds(10)
        package var timing = ConnectionState.Timing()
        package var handover = Handover()
        /// Up to when an earlier run missed nothing: the time until the first login is then a gap.
        package var missingSince: Timestamp?
        /// Delays after a network error.
        package var backoff = Backoff(base: .milliseconds(500), cap: .seconds(60))
        /// The delay after a refused login, doubled each time up to the second.
        package var refusalDelay = (first: Duration.seconds(30), last: Duration.seconds(300))

        package init(host: String, port: UInt16, credentials: ConnectionState.Credentials) {
            self.host = host
            self.port = port
            self.credentials = credentials
        }
    }

    /// When the reader hands events over: whichever comes first.
    package struct Handover: Sendable {
        package var events = 200
        package var bytes = 256 << 10
        package var window = Duration.milliseconds(20)

        package init() {}
    }

    /// What a client counts, made by whoever names the metrics.
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

        /// Instruments that nobody reads.
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
