package import Basics
package import CallRecords

extension AudioFormat {
    /// How long the audio lasts, as far as its first bytes and its size tell: not for mp3, whose frames must be counted.
    ///
    /// - Parameter head: the first bytes, `WAVHeader.longest` or all.
    package func duration(head: Bytes, size: Int) -> Duration? {
        switch self {
        case .wav: WAVHeader(head)?.duration(size: size)
        case .gsm: .milliseconds(size / 33 * 20)
        case .plain(let bytesPerSecond): .milliseconds(bytes: size, perSecond: bytesPerSecond)
        case .mp3, .unknown: nil
        }
    }
}
