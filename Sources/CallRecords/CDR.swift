package import AMI
package import Basics

/// A call detail record: one Cdr event with its times in UTC.
package struct CDR: Sendable {
    /// The event as Asterisk sent it.
    package let message: AMIMessage
    /// The stable key of the record.
    package let id: RecordID
    /// The name of the PBX.
    package let hostname: String
    /// The start of the call, else the best replacement: its end, the second in the UniqueID, the receipt.
    package let start: Timestamp
    /// When the call was answered; `nil` for an unanswered call.
    package let answer: Timestamp?
    /// When the call ended; `nil` when the event has no end.
    package let end: Timestamp?
    /// Where uncertain times come from; `nil` when they are certain.
    package let timeSource: TimeSource?
    /// What is known about the channel.
    private let facts: ChannelFacts?
    /// Which way the call went, and why.
    package let decision: DirectionDecision

    /// Reads a Cdr event.
    ///
    /// - Parameters:
    ///   - receipt: replaces a start that is missing from the event.
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

    /// The mapped linkedid (`linkedid => LinkedID`), else the one from the channel's events; empty when both are
    /// missing.
    package var linkedID: Bytes {
        if let mapped = message[.linkedID], !mapped.isEmpty { return mapped }
        return (facts?.linkedID ?? [])[...]
    }

    package var direction: Direction { decision.direction }
    /// Whether the disposition is `ANSWERED`.
    package var isAnswered: Bool { message[.disposition]?.equalsIgnoringCase("ANSWERED") == true }
    /// Seconds from the answer to the end; 0 when the event has none.
    package var billableSeconds: Int { message[.billableSeconds]?.integer ?? 0 }

    /// The context in which the channel began; empty when it is unknown.
    package var context: Bytes { (facts?.context ?? [])[...] }

    /// Whether the context in which the channel began is known.
    package var knowsContext: Bool { facts?.context.isEmpty == false }

    /// Whether every mapping that the setup guide recommends is present.
    package var hasRecommendedMappings: Bool {
        message[.linkedID] != nil && message[.sequence] != nil && message[.startEpoch] != nil
    }

    /// The name of the queue, from the last application (`Queue(NAME,…)`) or from the channel's events.
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

    /// All headers with a meaning here: those that precede every event's body (main/manager.c,
    /// __manager_event_sessions_va), those of the Cdr event, and the mappings that are read by name.
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
