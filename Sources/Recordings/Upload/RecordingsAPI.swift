package import Delivery
package import HTTP

/// The endpoint of the API for recordings.
package struct RecordingsAPI: RecordingsReceiver {
    private let access: APIAccess
    private let stallTimeout: Duration
    private let maxBytesPerSecond: Int

    /// The longest upload, as a protection against connections that never end.
    private static let longestUpload = Duration.seconds(7 * 86400)

    /// - Parameters:
    ///   - access: with an HTTP client that only uploads use, because it waits for the disk.
    ///   - stallTimeout: the longest time without any progress or answer.
    ///   - maxBytesPerSecond: the limit of each upload; 0 is no limit.
    package init(_ access: APIAccess, stallTimeout: Duration, maxBytesPerSecond: Int = 0) {
        self.access = access
        self.stallTimeout = stallTimeout
        self.maxBytesPerSecond = maxBytesPerSecond
    }

    package func send(_ form: MultipartForm, idempotencyKey: String) async -> DeliveryOutcome {
        var request = access.request("/mqs/recording", .multipart(form), idempotencyKey: idempotencyKey)
        request.timeout = Self.longestUpload
        request.stallTimeout = stallTimeout
        request.maxBytesPerSecond = maxBytesPerSecond
        return await access.send(request)
    }
}
