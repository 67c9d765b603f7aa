package import AMI
import Basics
package import Spool

/// The spool as JSON, the same in `/status` and in the admin API.
extension JSONWriter {
    /// Writes the members about the state of the spool.
    package mutating func spoolMembers(_ figures: SpoolFigures) {
        key("generation")
        integer(figures.generation)
        key("bytes")
        integer(figures.bytes)
        key("used_bytes")
        integer(figures.usedBytes)
        key("max_bytes")
        integer(figures.maxBytes)
        key("keys")
        integer(figures.keys)
        key("keys_bytes")
        integer(figures.keyBytes)
        key("keys_max_bytes")
        integer(figures.maxKeyBytes)
        key("disk_free_bytes")
        integerOrNull(figures.disk?.free)
        key("disk_bytes")
        integerOrNull(figures.disk?.size)
        key("accepts")
        string(figures.level.label)
        key("full_of")
        stringOrNull(figures.fillCause?.rawValue)
        key("oldest")
        timestampOrNull(figures.oldest)
        key("in_flight")
        integer(figures.frozen)
    }

    /// Writes the counts of each kind.
    package mutating func records(_ figures: SpoolFigures) {
        beginObject()
        for kind in RecordKind.allCases {
            key(Array(kind.label.utf8)[...])
            beginObject()
            for (name, value) in (figures.counts[kind] ?? RecordCounts()).figures {
                key(name)
                integer(value)
            }
            endObject()
        }
        endObject()
    }

    /// Writes a recorded gap as one object.
    package mutating func gap(_ gap: RecordedGap) {
        beginObject()
        key("id")
        integer(gap.id)
        key("cause")
        string(gap.cause)
        key("from")
        timestamp(gap.from)
        key("to")
        timestamp(gap.to)
        key("events")
        integer(gap.events)
        key("before")
        hexadecimalOrNull(gap.before)
        key("after")
        hexadecimalOrNull(gap.after)
        key("count")
        integer(gap.count)
        endObject()
    }

    /// Writes the gaps that are still open, which have no numbers and no ends yet.
    package mutating func gapsUnderWay(_ gaps: [Gap]) {
        beginArray()
        for gap in gaps {
            beginObject()
            key("cause")
            string(gap.cause.rawValue)
            key("from")
            timestamp(gap.from)
            key("events")
            integer(gap.events)
            endObject()
        }
        endArray()
    }

    /// Writes the members of a dead letter without its body.
    mutating func deadLetterMembers(_ letter: DeadLetter, reason: String) {
        key("id")
        integer(letter.record.sequence)
        key("record_id")
        hexadecimalOrNull(letter.record.id)
        key("kind")
        string(letter.record.kind.label)
        key("status")
        integer(letter.status)
        key("reason")
        string(reason)
        key("received_at")
        timestamp(letter.record.receivedAt)
        key("died_at")
        timestamp(letter.diedAt)
        key("bytes")
        integer(letter.record.body.count)
    }

    private mutating func hexadecimalOrNull(_ bytes: [UInt8]?) {
        if let bytes { string(ASCII.hexadecimal(bytes)[...]) } else { null() }
    }
}

extension Admission.Level {
    /// The name of the level in JSON.
    var label: String {
        switch self {
        case .all: "all"
        case .cdrsOnly: "cdrs_only"
        case .nothing: "nothing"
        }
    }
}
