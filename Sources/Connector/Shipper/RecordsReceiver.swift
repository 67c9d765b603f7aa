import Basics

/// One request of records, ready to be sent: every repeat has the same bytes and the same key.
package struct RecordsRequest: Sendable {
    package let body: [UInt8]
    package let isGzip: Bool
    package let idempotencyKey: String
}

/// How a request ended.
package enum RecordsOutcome: Sendable, Equatable {
    /// An answer came; `retryAfter` is what it asked for.
    case answered(status: Int, retryAfter: Duration?, body: [UInt8])
    /// None came, or not all of it.
    case failed(String)
    /// We stopped waiting because we stop.
    case cancelled
}

/// What takes records: the API, or whatever stands in for it.
package protocol RecordsReceiver: Sendable {
    func send(_ request: RecordsRequest) async -> RecordsOutcome
}
