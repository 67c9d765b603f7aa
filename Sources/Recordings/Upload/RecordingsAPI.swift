package import Delivery
package import HTTP

/// The API's entrance for recordings.
package struct RecordingsAPI: RecordingsReceiver {
    private let access: APIAccess
    private let stallTimeout: Duration
    private let maxBytesPerSecond: Int

    /// An upload takes as long as it takes, but for this: then whoever holds it open gives nothing any more.
    private static let longestUpload = Duration.seconds(7 * 86400)

    /// - Parameters:
    ///   - access: by an HTTP client that only uploads use, since it waits for the disk.
    ///   - stallTimeout: so long nothing may move, nor the answer be awaited.
    ///   - maxBytesPerSecond: of each upload; 0 is no limit.
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
