/// One request of records, ready to be sent: every repetition has the same records and the same key.
package struct RecordsRequest: Sendable {
    /// The JSON, compressed if `isGzip`.
    package let body: [UInt8]
    package let isGzip: Bool
    package let idempotencyKey: String
}

/// A receiver of records: the API, or a replacement in tests.
package protocol RecordsReceiver: Sendable {
    /// Sends a request and waits for its outcome; cancelling the task gives `.cancelled`.
    func send(_ request: RecordsRequest) async -> DeliveryOutcome
}
