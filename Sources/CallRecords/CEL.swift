package import AMI
package import Basics

/// A record of a channel event: one CEL event with its time in UTC.
package struct CEL: Sendable {
    /// The event as Asterisk sent it.
    package let message: AMIMessage
    /// The stable key of the record.
    package let id: RecordID
    /// When the event happened.
    package let time: Timestamp
    /// Where an uncertain time comes from; `nil` when it is certain.
    package let timeSource: TimeSource?

    /// Reads a CEL event.
    ///
    /// - Parameter receipt: replaces a time that is missing from the event.
    init(_ message: AMIMessage, receipt: Receipt, clock: inout PBXClock, identifier: inout RecordIdentifier) {
        self.message = message
        if let clues = message.celClues {
            (time, timeSource) = clock.time(of: clues, receipt)
        } else {
            let written = message[.timestamp].flatMap { Timestamp(epoch: $0) }
            time = written ?? receipt.at
            timeSource = written == nil ? .guess : nil
        }
        id = identifier.identify(
            kind: "cel",
            [
                message[.uniqueID], message[.eventName], message[.eventTime], message[.channel], message[.application],
                message[.applicationData], message[.extra], message[.timestamp],
            ]
        )
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
        json.optional("time_source", timeSource?.rawValue)
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

    /// The JSON object that Asterisk wrote; anything that is not one is written as a string.
    private func encodeExtra(into json: inout JSONWriter) {
        guard let extra = message[.extra], !extra.isEmpty else { return }
        json.key("extra")
        if JSONSyntax.isObject(extra) { json.raw(extra) } else { json.string(extra) }
    }
}
