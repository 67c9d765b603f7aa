package import Basics

/// The kind of a record.
package enum RecordKind: Int, Sendable, CaseIterable {
    case cdr = 1
    case cel = 2
}

/// A record to be added to the spool.
package struct NewRecord: Sendable {
    package let id: [UInt8]
    package let kind: RecordKind
    package let call: Int
    package let channel: Int
    package let receivedAt: Timestamp
    package let body: [UInt8]

    /// - Parameters:
    ///   - id: the record's stable key, 16 bytes.
    ///   - call: records with the same value are delivered in order; see `CallKey`.
    ///   - channel: the `CallKey` of the UniqueID, which is the same each time this record is read.
    ///   - body: one JSON object.
    package init(id: [UInt8], kind: RecordKind, call: Int, channel: Int, receivedAt: Timestamp, body: [UInt8]) {
        self.id = id
        self.kind = kind
        self.call = call
        self.channel = channel
        self.receivedAt = receivedAt
        self.body = body
    }
}

/// State of a channel that must survive a restart; the spool does not interpret it.
package struct ChannelSnapshot: Sendable {
    package let channel: Int
    package let content: [UInt8]?

    /// - Parameters:
    ///   - channel: the `CallKey` of the UniqueID.
    ///   - content: `nil` deletes the snapshot.
    package init(channel: Int, content: [UInt8]?) {
        self.channel = channel
        self.content = content
    }
}

/// A record as the spool stores it.
package struct StoredRecord: Sendable {
    package let sequence: Int
    package let id: [UInt8]
    package let kind: RecordKind
    package let call: Int
    package let receivedAt: Timestamp
    package let body: [UInt8]

    package init(sequence: Int, id: [UInt8], kind: RecordKind, call: Int, receivedAt: Timestamp, body: [UInt8]) {
        self.sequence = sequence
        self.id = id
        self.kind = kind
        self.call = call
        self.receivedAt = receivedAt
        self.body = body
    }

    /// A checksum of a row: SQLite detects a damaged page only where the page's own structure is broken.
    static func sum(id: [UInt8], kind: RecordKind, call: Int, body: [UInt8]) -> Int {
        var sum = Checksum()
        sum.add(kind.rawValue)
        sum.add(call)
        sum.add(id)
        sum.add(body)
        return sum.value
    }
}
