/// What reading a recording from end to end showed.
package struct RecordingMeasure: Sendable, Equatable {
    /// 32 bytes.
    package let sha256: [UInt8]
    package let size: Int
    /// Nil when the format does not tell.
    package let duration: Duration?
}
