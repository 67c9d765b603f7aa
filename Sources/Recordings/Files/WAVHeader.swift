package import Basics

/// The header of a wav file, of PCM or of GSM (WAV49) or of anything else with a steady rate.
///
/// Asterisk writes the sizes as 0 and sets them when it closes the file (format_wav.c, format_wav_gsm.c).
package struct WAVHeader: Sendable, Equatable {
    /// As many bytes of a file are enough to read its header.
    package static let longest = 4096
    /// The header that Asterisk writes before PCM.
    package static let shortest = 44

    /// What the header says the audio has, in bytes.
    package let dataBytes: Int
    /// Where the audio begins.
    package let dataOffset: Int
    package let bytesPerSecond: Int

    /// Nil when these bytes are not the beginning of a wav file, or its audio does not begin in them.
    package init?(_ bytes: Bytes) {
        let bytes = Array(bytes)[...]
        guard bytes.count >= 12, bytes[..<4].equals("RIFF"), bytes[8..<12].equals("WAVE") else { return nil }
        var position = 12
        var rate = 0
        while position + 8 <= bytes.count {
            let name = bytes[position..<position + 4]
            let count = Self.number(bytes, at: position + 4)
            position += 8
            if name.equals("data") {
                (dataBytes, dataOffset, bytesPerSecond) = (count, position, rate)
                return
            }
            if name.equals("fmt "), position + 12 <= bytes.count { rate = Self.number(bytes, at: position + 8) }
            position += count + count % 2
        }
        return nil
    }

    private static func number(_ bytes: Bytes, at index: Int) -> Int {
        (0..<4).reduce(0) { $0 | Int(bytes[index + $1]) << (8 * $1) }
    }

    /// Whether the file holds audio that its header does not own up to: it is still being written, or its writer crashed.
    package func isOpen(size: Int) -> Bool { dataBytes == 0 && size > dataOffset }

    /// Whether nothing follows the header.
    package func isEmpty(size: Int) -> Bool { size <= dataOffset }

    /// Nil when the header has no rate.
    ///
    /// The size of the file counts where the header has none, one that is not true, or one that its 32 bits cannot hold.
    package func duration(size: Int) -> Duration? {
        guard bytesPerSecond > 0 else { return nil }
        let present = max(0, size - dataOffset)
        let isTrue = dataBytes > 0 && dataBytes <= present && present <= Int(UInt32.max)
        return .milliseconds(bytes: isTrue ? dataBytes : present, perSecond: bytesPerSecond)
    }
}
