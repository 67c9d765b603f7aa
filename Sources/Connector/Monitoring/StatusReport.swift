package import AMI
import Basics
package import Spool

/// What the connector is doing, at one moment.
package struct StatusReport: Sendable {
    package var hostname: String
    package var uptime: Duration
    package var ami: Client.Status
    package var spool: SpoolFigures
    package var ringBytes: Int
    package var deliveryIsPaused: Bool

    package init(
        hostname: String,
        uptime: Duration,
        ami: Client.Status,
        spool: SpoolFigures,
        ringBytes: Int,
        deliveryIsPaused: Bool
    ) {
        self.hostname = hostname
        self.uptime = uptime
        self.ami = ami
        self.spool = spool
        self.ringBytes = ringBytes
        self.deliveryIsPaused = deliveryIsPaused
    }

    /// Why it is not ready; empty when it is.
    package var problems: [String] {
        var problems: [String] = []
        if !ami.isOnline { problems.append(ami.lastError?.description ?? "not logged in to Asterisk yet") }
        if let error = spool.lastError { problems.append(error.description) }
        return problems
    }

    /// One JSON object.
    package func encoded() -> [UInt8] {
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        json.key("version")
        json.string(Version.number)
        json.key("hostname")
        json.string(hostname)
        json.key("uptime_seconds")
        json.integer(Int(uptime.components.seconds))
        json.key("ready")
        json.boolean(problems.isEmpty)
        json.key("problems")
        json.beginArray()
        for problem in problems { json.string(problem) }
        json.endArray()
        encodeAMI(into: &json)
        encodeSpool(into: &json)
        json.key("delivery")
        json.beginObject()
        json.key("paused")
        json.boolean(deliveryIsPaused)
        json.endObject()
        json.endObject()
        return json.bytes + [ASCII.newline]
    }

    private func encodeAMI(into json: inout JSONWriter) {
        json.key("ami")
        json.beginObject()
        json.key("connected")
        json.boolean(ami.isOnline)
        json.key("greeting")
        json.string(ami.greeting)
        json.key("waiting_bytes")
        json.integer(ringBytes)
        json.endObject()
    }

    private func encodeSpool(into json: inout JSONWriter) {
        json.key("spool")
        json.beginObject()
        json.key("bytes")
        json.integer(spool.bytes)
        json.key("in_flight")
        json.integer(spool.frozen)
        json.key("oldest")
        if let oldest = spool.oldest { json.timestamp(oldest) } else { json.null() }
        json.endObject()
        json.key("records")
        json.beginObject()
        for kind in RecordKind.allCases {
            let tally = spool.tallies[kind] ?? Tally()
            json.key(Array(kind.label.utf8)[...])
            json.beginObject()
            json.key("received")
            json.integer(tally.received)
            json.key("delivered")
            json.integer(tally.delivered)
            json.key("waiting")
            json.integer(tally.waiting)
            json.endObject()
        }
        json.endObject()
    }
}
