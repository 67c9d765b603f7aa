/// A recording that the simulated API took: all but the audio, of which it keeps the digest.
package struct ReceivedRecording: Sendable, Equatable {
    /// The Idempotency-Key of its request.
    package let key: String
    /// The text fields; what is not UTF-8 in them is U+FFFD.
    package let fields: [String: String]
    package let fileName: String
    package let contentType: String
    package let size: Int
    /// Of the bytes that came, as 64 hex digits.
    package let sha256: String
}
