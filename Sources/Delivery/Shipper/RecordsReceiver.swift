/// One request of records, ready to be sent: every repeat has the same bytes and the same key.
package struct RecordsRequest: Sendable {
    package let body: [UInt8]
    package let isGzip: Bool
    package let idempotencyKey: String
}

/// What takes records: the API, or whatever stands in for it.
package protocol RecordsReceiver: Sendable {
    func send(_ request: RecordsRequest) async -> DeliveryOutcome
}
