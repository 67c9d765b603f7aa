import AMI
import Basics
import Daemon
import Delivery
import Recordings
import Spool

extension StatusReport {
    /// The report as one JSON object and a newline.
    package func encoded() -> [UInt8] {
        var json = JSONWriter(capacity: 4096)
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
        encodeDelivery(into: &json)
        encodeRates(into: &json)
        encodeRecordings(into: &json)
        encodeMonitoring(into: &json)
        encodeTroubles(into: &json)
        json.endObject()
        return json.bytes + [ASCII.newline]
    }

    private func encodeAMI(into json: inout JSONWriter) {
        json.key("ami")
        json.beginObject()
        json.key("connected")
        json.boolean(ami.isOnline)
        json.key("greeting")
        json.string(Masking.masked(ami.greeting))
        json.key("last_event")
        json.timestampOrNull(lastEvent)
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
        json.key("ongoing")
        json.gapsUnderWay(gapsUnderWay)
        json.key("latest")
        json.beginArray()
        for gap in spool.latestGaps { json.gap(gap) }
        json.endArray()
        json.endObject()
    }

    private func encodeDelivery(into json: inout JSONWriter) {
        json.key("delivery")
        json.beginObject()
        json.key("paused")
        json.boolean(delivery.isPaused)
        json.key("reason")
        json.stringOrNull(delivery.reason?.rawValue)
        json.key("until")
        json.timestampOrNull(delivery.until)
        json.key("last_error")
        json.stringOrNull(delivery.lastError.map(ListedText.shortened))
        json.key("last_success")
        json.timestampOrNull(delivery.lastSuccess)
        json.key("requests_in_flight")
        json.integer(delivery.requestsInFlight)
        json.key("braked")
        json.boolean(delivery.isCircuitOpen)
        json.endObject()
    }

    private func encodeRates(into json: inout JSONWriter) {
        json.key("rates")
        json.beginObject()
        json.key("events_per_second")
        json.number(rates.events)
        json.key("received_per_second")
        json.number(rates.received)
        json.key("delivered_per_second")
        json.number(rates.delivered)
        json.endObject()
        json.key("latency")
        json.beginObject()
        json.key("deliveries")
        json.integer(rates.deliveries)
        json.key("average_seconds")
        json.numberOrNull(rates.averageLatency)
        json.key("p95_bound_seconds")
        json.numberOrNull(rates.latencyBound)
        json.endObject()
    }

    private func encodeRecordings(into json: inout JSONWriter) {
        json.key("recordings")
        guard let recordings else { return json.null() }
        json.beginObject()
        json.key("waiting")
        json.integer(recordings.waiting)
        json.key("parked")
        json.integer(recordings.parked)
        json.key("uploaded")
        json.integer(recordings.uploaded)
        json.key("oldest_waiting")
        json.timestampOrNull(recordings.oldestWaiting)
        json.key("uploads")
        json.beginArray()
        for upload in recordings.uploads {
            json.beginObject()
            json.key("file_name")
            json.string(ListedText.shortened(upload.fileName[...].text))
            json.key("sent_bytes")
            json.integer(upload.sent)
            json.key("bytes")
            json.integer(upload.size)
            json.key("since")
            json.timestamp(upload.since)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    private func encodeMonitoring(into json: inout JSONWriter) {
        json.key("monitoring")
        guard let monitoring else { return json.null() }
        json.beginObject()
        json.key("listening")
        json.boolean(monitoring.url != nil)
        json.key("url")
        json.stringOrNull(monitoring.url)
        json.key("error")
        json.stringOrNull(monitoring.error)
        json.endObject()
    }

    private func encodeTroubles(into json: inout JSONWriter) {
        json.key("last_errors")
        json.beginArray()
        for entry in troubles {
            json.beginObject()
            json.key("time")
            json.timestamp(entry.time)
            json.key("level")
            json.string(entry.level.rawValue)
            json.key("component")
            json.string(entry.component)
            json.key("message")
            json.string(ListedText.shortened(entry.message))
            json.key("count")
            json.integer(entry.count)
            json.key("fields")
            json.beginObject()
            for field in entry.fields {
                json.key(Array(field.key.utf8)[...])
                json.string(field.shownValue)
            }
            json.endObject()
            json.endObject()
        }
        json.endArray()
    }
}

extension Logger.Field {
    /// The value for the page and the status: numbers of callers are masked, whatever the log level.
    var shownValue: String { isOwn ? value : ListedText.shortened(value) }
}
