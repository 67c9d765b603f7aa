package import AMI
package import Basics

extension AMIClient.Instruments {
    /// Registers the metrics of a connection to the manager interface and of its events.
    package init(_ registry: Registry) {
        let prefix = Registry.prefix
        func connections(_ result: String) -> Counter {
            registry.counter(
                prefix + "ami_connections_total",
                "Connection attempts by result.",
                [("result", result)]
            )
        }
        func events(_ result: String) -> Counter {
            registry.counter(
                prefix + "ami_events_total",
                "Events from Asterisk by what became of them.",
                [("result", result)]
            )
        }
        self.init(
            connected: registry.gauge("ami_connection_status", "1 while logged in to Asterisk and alive."),
            connections: connections("ok"),
            refusals: connections("refused"),
            failures: connections("failed"),
            receivedBytes: registry.counter(prefix + "ami_received_bytes_total", "Bytes read from Asterisk."),
            deliveredEvents: events("taken"),
            ignoredEvents: events("ignored"),
            lostEvents: events("lost"),
            skippedMessages: registry.counter(
                prefix + "ami_oversized_messages_total",
                "Messages over 256 KiB or 1,000 headers, skipped."
            ),
            lastEvent: registry.gauge(
                prefix + "ami_last_event_timestamp_seconds",
                "When the last CDR or CEL came, by this host's clock."
            ),
            pingSeconds: registry.gauge(prefix + "ami_ping_seconds", "Round trip of the last ping.")
        )
    }
}
