package import Basics

/// Facts from events about one channel that its CDR does not repeat.
package struct ChannelFacts: Sendable, Equatable {
    package let uniqueID: [UInt8]
    /// When the first event of the channel arrived.
    package let seenAt: Timestamp
    /// The linkedid of the call; empty when it is unknown.
    package var linkedID: [UInt8] = []
    /// The context in which the channel began; empty when that event was missed.
    package var context: [UInt8] = []
    /// The number that was dialled to get here (DNID).
    package var dialledNumber: [UInt8] = []
    /// The queue that the call was in; empty without one.
    package var queue: [UInt8] = []
    /// The channel of the first agent who answered in a queue, without its number: `PJSIP/201`.
    package var answeredBy: [UInt8] = []
    /// When `answeredBy` is a Local channel: its full name with the number, without `;1`.
    package var answeredThrough: [UInt8] = []
    /// For a half of a Local channel: its name without `;2`.
    package var localName: [UInt8] = []
    /// For such a half: the phone that it was bridged with.
    package var phone: [UInt8] = []
    /// For such a half: the Local channel that it was bridged with, in the form of `localName`.
    package var nextLocal: [UInt8] = []
    /// How the channel was transferred; `nil` without a transfer.
    package var transfer: TransferType?
    /// The lot that the call was parked in; empty without one.
    package var parkingLot: [UInt8] = []

    package init(uniqueID: [UInt8], seenAt: Timestamp) {
        self.uniqueID = uniqueID
        self.seenAt = seenAt
    }

    /// The longest text in bytes that is kept; Asterisk's own limits are 80 for names and 149 for a UniqueID.
    static let longestText = 512

    /// A copy of a text from an event; empty when it is longer than any that Asterisk writes.
    static func kept(_ text: Bytes) -> [UInt8] { text.count <= longestText ? Array(text) : [] }

    /// The texts with their names in the stored JSON.
    private static let texts: [(StaticString, any WritableKeyPath<ChannelFacts, [UInt8]> & Sendable)] = [
        ("linkedid", \.linkedID), ("context", \.context), ("dnid", \.dialledNumber), ("queue", \.queue),
        ("answered_by", \.answeredBy), ("parking_lot", \.parkingLot),
        ("answered_through", \.answeredThrough), ("local", \.localName), ("phone", \.phone),
        ("next_local", \.nextLocal),
    ]

    /// The facts as one JSON object for storage.
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
