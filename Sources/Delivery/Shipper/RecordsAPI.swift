import HTTP

/// The endpoint of the API for records.
package struct RecordsAPI: RecordsReceiver {
    private let access: APIAccess
    private let timeout: Duration

    /// - Parameter timeout: the timeout of a whole request.
    package init(_ access: APIAccess, timeout: Duration) {
        self.access = access
        self.timeout = timeout
    }

    package func send(_ request: RecordsRequest) async -> DeliveryOutcome {
        var message = access.request(
            "/mqs/connectors/asterisk/cdr",
            .bytes(request.body),
            idempotencyKey: request.idempotencyKey
        )
        message.headers.append("Content-Type", "application/json")
        if request.isGzip { message.headers.append("Content-Encoding", "gzip") }
        message.timeout = timeout
        return await access.send(message)
    }
}
