package import Basics

/// What a record is.
package enum RecordKind: Int, Sendable, CaseIterable {
    case cdr = 1
    case cel = 2
}

/// A record on its way into the spool.
package struct NewRecord: Sendable {
    package let id: [UInt8]
    package let kind: RecordKind
    package let call: Int
    package let receivedAt: Timestamp
    package let body: [UInt8]

    /// - Parameters:
    ///   - id: the record's stable key, 16 bytes.
    ///   - call: records with the same one are delivered in order.
    ///   - body: one JSON object.
    package init(id: [UInt8], kind: RecordKind, call: Int, receivedAt: Timestamp, body: [UInt8]) {
        self.id = id
        self.kind = kind
        self.call = call
        self.receivedAt = receivedAt
        self.body = body
    }
}

/// A record as the spool holds it.
package struct StoredRecord: Sendable {
    package let sequence: Int
    package let kind: RecordKind
    package let call: Int
    package let receivedAt: Timestamp
    package let body: [UInt8]
}

/// Records that are sent in one request, the same ones under the same key however often it takes.
package struct FrozenBatch: Sendable {
    package let id: Int
    package let idempotencyKey: String
    package let records: [StoredRecord]

    package func count(of kind: RecordKind) -> Int { records.count { $0.kind == kind } }
}
