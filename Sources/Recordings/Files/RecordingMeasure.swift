/// The digest, size and length of a recording.
package struct RecordingMeasure: Sendable, Equatable {
    /// 32 bytes.
    package let sha256: [UInt8]
    /// In bytes.
    package let size: Int
    /// The length of the audio; `nil` when the format does not give it.
    package let duration: Duration?
}
