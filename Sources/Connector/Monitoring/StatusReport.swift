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
    /// `nil` when recordings are off.
    package var recordings: RecordingsStatus?

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
        switch spool.level {
        case .all: break
        case .cdrsOnly:
            problems.append(
                "the spool is nearly full and takes no CELs; free space, raise SPOOL_MAX_BYTES, or find out why the API"
                    + " takes nothing"
            )
        case .nothing:
            if case .full = spool.lastError { break }
            problems.append(
                "the spool is full and takes nothing; free space, raise SPOOL_MAX_BYTES, or find out why the API takes"
                    + " nothing"
            )
        }
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
        json.spoolMembers(spool)
        json.endObject()
        json.key("records")
        json.records(spool)
        json.key("balanced")
        json.boolean(spool.isBalanced)
        json.key("dead_letters")
        json.integer(spool.deadLetters)
        json.key("gaps")
        json.beginObject()
        json.key("count")
        json.integer(spool.gaps)
        json.key("latest")
        json.beginArray()
        for gap in spool.latestGaps { json.gap(gap) }
        json.endArray()
        json.endObject()
    }
}
