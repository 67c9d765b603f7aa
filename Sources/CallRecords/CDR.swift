package import AMI
package import Basics

/// A call detail record: one Cdr event with its times in UTC.
package struct CDR: Sendable {
    package let message: AMIMessage
    package let id: RecordID
    package let hostname: String
    package let start: Timestamp
    package let answer: Timestamp?
    package let end: Timestamp?
    /// What the times rest on; `nil` when they are certain.
    package let timeSource: TimeSource?
    /// What was known of the channel.
    private let facts: ChannelFacts?
    /// Which way the call went, and why.
    package let decision: DirectionDecision

    /// Reads a Cdr event.
    ///
    /// - Parameters:
    ///   - receipt: stands in for a start that the event does not tell.
    init(
        _ message: AMIMessage,
        hostname: String,
        receipt: Receipt,
        facts: ChannelFacts?,
        decision: DirectionDecision,
        clock: inout PBXClock,
        identifier: inout RecordIdentifier
    ) {
        let times = clock.times(of: message.cdrClues, receipt)
        self.message = message
        self.hostname = hostname
        self.facts = facts
        self.decision = decision
        start =
            times.start ?? times.end ?? message.channelBegin.map { Timestamp(seconds: $0) } ?? receipt.at
        timeSource = times.start == nil ? .guess : times.source
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

    /// As mapped (`linkedid => LinkedID`), or as the channel's events told it; else empty.
    package var linkedID: Bytes {
        if let mapped = message[.linkedID], !mapped.isEmpty { return mapped }
        return (facts?.linkedID ?? [])[...]
    }

    package var direction: Direction { decision.direction }
    package var isAnswered: Bool { message[.disposition]?.equalsIgnoringCase("ANSWERED") == true }
    package var billableSeconds: Int { message[.billableSeconds]?.integer ?? 0 }

    /// In which context the channel began; empty when that is not known.
    package var context: Bytes { (facts?.context ?? [])[...] }

    /// Whether it is known in which context the channel began.
    package var knowsContext: Bool { facts?.context.isEmpty == false }

    /// Whether every mapping that the setup guide recommends is there.
    package var hasRecommendedMappings: Bool {
        message[.linkedID] != nil && message[.sequence] != nil && message[.startEpoch] != nil
    }

    /// The queue, from `Queue(NAME,…)` as the last application, or as the channel's events told it.
    package var queueName: Bytes {
        guard message[.lastApplication]?.equalsIgnoringCase("queue") == true else { return (facts?.queue ?? [])[...] }
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
        json.optional("src_name", CallerIDHeader.name(in: message[.callerID] ?? []))
        json.optional("clid", message[.callerID])
        json.required("call_type", decision.direction.rawValue)
        json.required("direction", decision.direction.rawValue)
        json.required("duration", message[.duration]?.integer ?? 0)
        json.required("billsec", billableSeconds)
        json.optional("disposition", message[.disposition])
        json.optional("amaflags", message[.amaFlags].flatMap { AMAFlags.number($0) })
        json.optional("started_at", start)
        json.optional("calldate", start)
        json.optional("answered_at", answer)
        json.optional("ended_at", end)
        json.optional("channel", message[.channel])
        json.optional("dstchannel", message[.destinationChannel])
        json.optional("context", facts.map { $0.context[...] })
        for (key, name) in Self.texts { json.optional(key, message[name]) }
        json.optional("tenant", message[.tenantID] ?? message[.tenant])
        json.optional("host_name", Array(hostname.utf8)[...])
        json.optional("queue_name", queueName)
        json.optional("time_source", timeSource?.rawValue)
        json.optional("dnid", facts.map { $0.dialledNumber[...] })
        json.optional("answered_by", facts.map { $0.answeredBy[...] })
        json.optional("parking_lot", facts.map { $0.parkingLot[...] })
        json.key("direction_metadata")
        decision.metadata.encode(into: &json)
        encodeCustom(into: &json)
        json.endObject()
        return json.bytes
    }

    private static let texts: [(StaticString, HeaderName)] = [
        ("dcontext", .destinationContext), ("lastapp", .lastApplication), ("lastdata", .lastData),
        ("accountcode", .accountCode), ("peeraccount", .peerAccount), ("userfield", .userField),
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
        var names = NameSet()
        for (name, value) in message.headers(besides: Self.knownHeaders) {
            let isFirst = names.isEmpty
            guard !value.isEmpty, names.insert(name) else { continue }
            if isFirst {
                json.key("custom")
                json.beginObject()
            }
            json.key(name)
            json.string(value)
        }
        if !names.isEmpty { json.endObject() }
    }
}
