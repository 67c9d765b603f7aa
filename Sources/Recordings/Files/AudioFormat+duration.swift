package import Basics
package import CallRecords

extension AudioFormat {
    /// The length of the audio from its first bytes and its size; `nil` for mp3, whose frames must be counted, and for
    /// unknown formats.
    ///
    /// - Parameter head: the first bytes: `WAVHeader.longest`, or all if there are fewer.
    package func duration(head: Bytes, size: Int) -> Duration? {
        switch self {
        case .wav: WAVHeader(head)?.duration(size: size)
        case .gsm: .milliseconds(size / 33 * 20)
        case .plain(let bytesPerSecond): .milliseconds(bytes: size, perSecond: bytesPerSecond)
        case .mp3, .unknown: nil
        }
    }
}
