package import Delivery
package import HTTP

/// A receiver of recordings: the API, or a replacement in tests.
package protocol RecordingsReceiver: Sendable {
    /// Sends a recording and waits for the outcome; cancelling the task gives `.cancelled`.
    ///
    /// - Parameter idempotencyKey: the same for each attempt with the same file.
    func send(_ form: MultipartForm, idempotencyKey: String) async -> DeliveryOutcome
}
