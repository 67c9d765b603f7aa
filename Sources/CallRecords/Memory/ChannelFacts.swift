package import Basics

/// What Asterisk's events told of one channel before its CDR, which does not repeat it.
package struct ChannelFacts: Sendable, Equatable {
    package let uniqueID: [UInt8]
    /// When the channel was first heard of.
    package let seenAt: Timestamp
    package var linkedID: [UInt8] = []
    /// The context in which the channel began; empty when its begin was missed.
    package var context: [UInt8] = []
    /// The number that was dialled to get here (DNID).
    package var dialledNumber: [UInt8] = []
    package var queue: [UInt8] = []
    /// The channel of the first agent who answered in a queue, without the number behind it: `PJSIP/201`.
    package var answeredBy: [UInt8] = []
    /// Where `answeredBy` is a Local channel: its name without `;1`, and with the number that tells it from others.
    package var answeredThrough: [UInt8] = []
    /// Of a half of a Local channel, its name without `;2`.
    package var localName: [UInt8] = []
    /// Of such a half: the phone that it was bridged with.
    package var phone: [UInt8] = []
    /// Of such a half: the Local channel that it was bridged with, named as `localName` is.
    package var nextLocal: [UInt8] = []
    package var transfer: TransferType?
    package var parkingLot: [UInt8] = []

    package init(uniqueID: [UInt8], seenAt: Timestamp) {
        self.uniqueID = uniqueID
        self.seenAt = seenAt
    }

    /// Bytes of a text that is kept: Asterisk's own limits are 80 for names and 149 for a UniqueID.
    static let longestText = 512

    /// A text of an event as it is kept; empty for one that is longer than any of Asterisk's.
    static func kept(_ text: Bytes) -> [UInt8] { text.count <= longestText ? Array(text) : [] }

    /// The texts with their names in the stored form.
    private static let texts: [(StaticString, any WritableKeyPath<ChannelFacts, [UInt8]> & Sendable)] = [
        ("linkedid", \.linkedID), ("context", \.context), ("dnid", \.dialledNumber), ("queue", \.queue),
        ("answered_by", \.answeredBy), ("parking_lot", \.parkingLot),
        ("answered_through", \.answeredThrough), ("local", \.localName), ("phone", \.phone),
        ("next_local", \.nextLocal),
    ]

    /// As one JSON object, to be stored.
    package func encoded() -> [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        json.required("uniqueid", uniqueID[...])
        json.required("seen", seenAt.seconds)
        for (name, path) in Self.texts { json.optional(name, self[keyPath: path][...]) }
        if let transfer {
            json.key("transfer")
            json.string(transfer.rawValue)
        }
        json.endObject()
        return json.bytes
    }

    /// Reads what `encoded` wrote; `nil` for anything else.
    package init?(decoding bytes: [UInt8]) {
        guard let json = try? JSONParser.parse(bytes[...]), let uniqueID = json["uniqueid"]?.string,
            let seen = json["seen"]?.integer
        else { return nil }
        self.init(uniqueID: Array(uniqueID.utf8), seenAt: Timestamp(seconds: seen))
        for (name, path) in Self.texts {
            if let text = json["\(name)"]?.string { self[keyPath: path] = Array(text.utf8) }
        }
        transfer = json["transfer"]?.string.flatMap { TransferType(rawValue: $0) }
    }
}
