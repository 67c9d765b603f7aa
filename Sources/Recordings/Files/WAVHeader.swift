package import Basics

/// The header of a wav file with PCM, GSM (WAV49) or any other format with a constant rate.
///
/// Asterisk writes the sizes as 0 and sets them when it closes the file (format_wav.c, format_wav_gsm.c).
package struct WAVHeader: Sendable, Equatable {
    /// The number of bytes that is enough to read any header.
    package static let longest = 4096
    /// The size of the header that Asterisk writes before PCM.
    package static let shortest = 44

    /// The size of the audio according to the header, in bytes.
    package let dataBytes: Int
    /// The offset of the audio in bytes.
    package let dataOffset: Int
    /// The rate of the audio; 0 when the header has none.
    package let bytesPerSecond: Int

    /// `nil` when the bytes are not the beginning of a wav file, or the audio does not begin in them.
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

    /// Whether the file has audio but its header has no size: it is still being written, or its writer crashed.
    package func isOpen(size: Int) -> Bool { dataBytes == 0 && size > dataOffset }

    /// Whether nothing follows the header.
    package func isEmpty(size: Int) -> Bool { size <= dataOffset }

    /// The length of the audio; `nil` when the header has no rate.
    ///
    /// The size of the file is used when the size in the header is missing, wrong, or too large for its 32 bits.
    package func duration(size: Int) -> Duration? {
        guard bytesPerSecond > 0 else { return nil }
        let present = max(0, size - dataOffset)
        let isTrue = dataBytes > 0 && dataBytes <= present && present <= Int(UInt32.max)
        return .milliseconds(bytes: isTrue ? dataBytes : present, perSecond: bytesPerSecond)
    }
}
