package import Basics

/// The format of an audio file, as Asterisk names it by the extension.
package enum AudioFormat: Sendable, Equatable {
    /// A RIFF file; its header has the details.
    case wav
    /// 33 bytes for 20 ms, without a header.
    case gsm
    case mp3
    /// A constant number of bytes a second, without a header.
    case plain(bytesPerSecond: Int)
    case unknown

    /// - Parameter pathExtension: without the dot, in any case.
    package init(pathExtension: Bytes) {
        let letters = pathExtension.map(ASCII.lowercased)
        self =
            switch String(decoding: letters, as: UTF8.self) {
            case "wav", "wav16", "wav49": .wav
            case "gsm": .gsm
            case "mp3": .mp3
            case "ulaw", "ul", "mu", "pcm", "ulw", "alaw", "al", "alw", "g722": .plain(bytesPerSecond: 8000)
            case "sln", "sln8", "raw": .plain(bytesPerSecond: 16000)
            case "sln12": .plain(bytesPerSecond: 24000)
            case "sln16": .plain(bytesPerSecond: 32000)
            case "sln24": .plain(bytesPerSecond: 48000)
            case "sln32": .plain(bytesPerSecond: 64000)
            case "sln44": .plain(bytesPerSecond: 88200)
            case "sln48": .plain(bytesPerSecond: 96000)
            case "sln96": .plain(bytesPerSecond: 192_000)
            case "sln192": .plain(bytesPerSecond: 384_000)
            case "g729": .plain(bytesPerSecond: 1000)
            default: .unknown
            }
    }

    /// The media type that a file of this format is uploaded as.
    package var contentType: StaticString {
        switch self {
        case .wav: "audio/wav"
        case .mp3: "audio/mpeg"
        case .gsm: "audio/gsm"
        case .plain: "audio/basic"
        case .unknown: "application/octet-stream"
        }
    }
}
