package import Delivery
package import HTTP

/// What takes recordings: the API, or whatever stands in for it.
package protocol RecordingsReceiver: Sendable {
    /// - Parameter idempotencyKey: the same for each repeat of the same file.
    func send(_ form: MultipartForm, idempotencyKey: String) async -> DeliveryOutcome
}
