/// A recording that the simulated API accepted, with the digest of the audio in place of the audio.
package struct ReceivedRecording: Sendable, Equatable {
    /// The Idempotency-Key of its request.
    package let key: String
    /// The text fields; bytes that are not UTF-8 become U+FFFD.
    package let fields: [String: String]
    package let fileName: String
    package let contentType: String
    package let size: Int
    /// The digest of the received bytes as 64 hex digits.
    package let sha256: String
}
