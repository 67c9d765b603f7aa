/// Records that are sent in one request: every attempt has the same records and the same key.
package struct FrozenBatch: Sendable {
    package let id: Int
    package let idempotencyKey: String
    package let records: [StoredRecord]

    package init(id: Int, idempotencyKey: String, records: [StoredRecord]) {
        self.id = id
        self.idempotencyKey = idempotencyKey
        self.records = records
    }

    package func count(of kind: RecordKind) -> Int { records.count { $0.kind == kind } }
}
