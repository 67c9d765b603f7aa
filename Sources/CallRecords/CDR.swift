package import AMI
package import Basics

/// A call detail record: one Cdr event with its times in UTC.
package struct CDR: Sendable {
    package let message: Message
    package let id: RecordID
    package let hostname: String
    package let start: Timestamp
    package let answer: Timestamp?
    package let end: Timestamp?

    /// Reads a Cdr event.
    ///
    /// - Parameters:
    ///   - receivedAt: stands in for a start that the event does not tell.
    init(
        _ message: Message,
        hostname: String,
        receivedAt: Timestamp,
        clock: inout PBXClock,
        identifier: inout RecordIdentifier
    ) {
        let times = CallTimes(message, clock: &clock)
        self.message = message
        self.hostname = hostname
        start =
            times.start ?? times.end ?? message[.uniqueID].flatMap { PBXClock.epoch(inUniqueID: $0) }
            .map { Timestamp(seconds: $0) } ?? receivedAt
        answer = times.answer
        end = times.end
        let sequence = message[.sequence].flatMap { $0.isEmpty ? nil : $0 }
        id = identifier.identify(
            kind: "cdr",
            [
                message[.uniqueID], sequence ?? message[.linkedID], message[.startTime], message[.answerTime],
                message[.endTime], message[.channel], message[.destinationChannel], message[.lastApplication],
                message[.disposition],
            ]
        )
    }

    package var uniqueID: Bytes { message[.uniqueID] ?? [] }

    /// Empty without the mapping `linkedid => LinkedID`.
    package var linkedID: Bytes { message[.linkedID] ?? [] }

    /// Whether every mapping that the setup guide recommends is there.
    package var hasRecommendedMappings: Bool {
        message[.linkedID] != nil && message[.sequence] != nil && message[.startEpoch] != nil
    }

    /// The queue, from `Queue(NAME,…)` as the last application.
    package var queueName: Bytes {
        guard message[.lastApplication]?.equalsIgnoringCase("queue") == true else { return [] }
        return message[.lastData]?.prefix { $0 != ASCII.comma } ?? []
    }

    /// One JSON object, its members in the order of the contract.
    func encoded() -> [UInt8] {
        var json = JSONWriter(capacity: 1536)
        json.beginObject()
        json.key("record_id")
        json.string(id.hexadecimal[...])
        json.required("call_id", uniqueID)
        json.required("uniqueid", uniqueID)
        json.optional("linkedid", linkedID)
        json.optional("sequence", message[.sequence]?.integer)
        json.optional("src", message[.source])
        json.optional("dst", message[.destination])
        json.optional("src_number", message[.source])
        json.optional("dst_number", message[.destination])
        json.optional("src_name", CallerID.name(in: message[.callerID] ?? []))
        json.optional("clid", message[.callerID])
        json.required("duration", message[.duration]?.integer ?? 0)
        json.required("billsec", message[.billableSeconds]?.integer ?? 0)
        json.optional("disposition", message[.disposition])
        json.optional("amaflags", message[.amaFlags].flatMap { AMAFlags.number($0) })
        json.optional("started_at", start)
        json.optional("calldate", start)
        json.optional("answered_at", answer)
        json.optional("ended_at", end)
        for (key, name) in Self.texts { json.optional(key, message[name]) }
        json.optional("tenant", message[.tenantID] ?? message[.tenant])
        json.optional("host_name", Array(hostname.utf8)[...])
        json.optional("queue_name", queueName)
        encodeCustom(into: &json)
        json.endObject()
        return json.bytes
    }

    private static let texts: [(StaticString, HeaderName)] = [
        ("channel", .channel), ("dstchannel", .destinationChannel), ("dcontext", .destinationContext),
        ("lastapp", .lastApplication), ("lastdata", .lastData), ("accountcode", .accountCode),
        ("peeraccount", .peerAccount), ("userfield", .userField),
    ]

    /// What stands before every event's body (main/manager.c, __manager_event_sessions_va), what the Cdr event holds,
    /// and the mappings that are read by name.
    private static let knownHeaders = HeaderNames([
        .event, "Privilege", .timestamp, "SequenceNumber", "File", "Line", "Func", "SystemName",
        .accountCode, .source, .destination, .destinationContext, .callerID, .channel, .destinationChannel,
        .lastApplication, .lastData, .startTime, .answerTime, .endTime, .duration, .billableSeconds, .disposition,
        .amaFlags, .uniqueID, .userField,
        .linkedID, .sequence, .peerAccount, .startEpoch, .answerEpoch, .endEpoch, .tenantID, .tenant,
    ])

    /// Headers mapped in cdr_manager.conf that have no member of their own.
    private func encodeCustom(into json: inout JSONWriter) {
        var names: [Bytes] = []
        for (name, value) in message.headers(besides: Self.knownHeaders) {
            guard !value.isEmpty, !names.contains(name) else { continue }
            if names.isEmpty {
                json.key("custom")
                json.beginObject()
            }
            names.append(name)
            json.key(name)
            json.string(value)
        }
        if !names.isEmpty { json.endObject() }
    }
}
