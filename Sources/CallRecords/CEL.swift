package import AMI
package import Basics

/// A channel event: one CEL event with its time in UTC.
package struct CEL: Sendable {
    package let message: Message
    package let id: RecordID
    package let time: Timestamp

    /// Reads a CEL event.
    ///
    /// - Parameter receivedAt: stands in for a time that the event does not tell.
    init(_ message: Message, receivedAt: Timestamp, clock: inout PBXClock, identifier: inout RecordIdentifier) {
        self.message = message
        time = Self.time(of: message, clock: &clock) ?? receivedAt
        id = identifier.identify(
            kind: "cel",
            [
                message[.uniqueID], message[.eventName], message[.eventTime], message[.channel], message[.application],
                message[.applicationData], message[.extra], message[.timestamp],
            ]
        )
    }

    /// Whole seconds (cel_manager.c ignores `dateformat`); the Timestamp header tells the zone, not the time.
    private static func time(of message: Message, clock: inout PBXClock) -> Timestamp? {
        let stamp = message[.timestamp].flatMap { Timestamp(epoch: $0) }
        guard let local = message[.eventTime].flatMap({ CivilTime(asterisk: $0)?.secondsSinceEpoch }) else {
            return stamp
        }
        if let stamp, let offset = clock.offset(atLocal: local, same: stamp) {
            return Timestamp(seconds: local - offset)
        }
        let epoch = message[.uniqueID].flatMap { PBXClock.epoch(inUniqueID: $0) }
        return Timestamp(seconds: local - clock.offset(atLocal: local, channelMade: epoch))
    }

    package var uniqueID: Bytes { message[.uniqueID] ?? [] }
    package var linkedID: Bytes { message[.linkedID] ?? [] }

    /// One JSON object, its members in the order of the contract.
    func encoded() -> [UInt8] {
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        json.key("record_id")
        json.string(id.hexadecimal[...])
        json.optional("eventtype", message[.eventName])
        json.optional("eventtime", time)
        for (key, name) in Self.textsBeforeFlags { json.optional(key, message[name]) }
        json.optional("amaflags", message[.amaFlags].flatMap { AMAFlags.number($0) })
        for (key, name) in Self.textsAfterFlags { json.optional(key, message[name]) }
        encodeExtra(into: &json)
        json.optional("tenantid", message[.tenantID])
        json.optional("userdeftype", message[.userDefinedType])
        json.endObject()
        return json.bytes
    }

    private static let textsBeforeFlags: [(StaticString, HeaderName)] = [
        ("cid_name", .callerIDName), ("cid_num", .callerIDNumber), ("cid_ani", .callerIDANI),
        ("cid_rdnis", .callerIDRDNIS), ("cid_dnid", .callerIDDNID), ("exten", .exten), ("context", .context),
        ("channame", .channel), ("appname", .application), ("appdata", .applicationData),
    ]

    private static let textsAfterFlags: [(StaticString, HeaderName)] = [
        ("accountcode", .accountCode), ("uniqueid", .uniqueID), ("linkedid", .linkedID), ("peer", .peer),
        ("peeraccount", .peerAccount), ("userfield", .userField),
    ]

    /// The object that Asterisk wrote; what does not read as one goes along as text.
    private func encodeExtra(into json: inout JSONWriter) {
        guard let extra = message[.extra], !extra.isEmpty else { return }
        json.key("extra")
        if JSONSyntax.isObject(extra) { json.raw(extra) } else { json.string(extra) }
    }
}
