/// Files as Asterisk and lame write them.
package enum AudioSample {
    private static func number(_ value: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// The header of PCM, 8 kHz, mono.
    package static func wav(data: Int) -> [UInt8] {
        Array("RIFF".utf8) + number(data == 0 ? 0 : data + 36, 4) + Array("WAVEfmt ".utf8) + number(16, 4)
            + number(1, 2) + number(1, 2) + number(8000, 4) + number(16000, 4) + number(2, 2) + number(16, 2)
            + Array("data".utf8) + number(data, 4)
    }

    /// The header of GSM in a wav.
    package static func wav49(data: Int) -> [UInt8] {
        let format = number(49, 2) + number(1, 2) + number(8000, 4) + number(1625, 4) + number(65, 2) + number(0, 2)
        return Array("RIFF".utf8) + number(data + 52, 4) + Array("WAVEfmt ".utf8) + number(20, 4) + format
            + number(2, 2) + number(320, 2) + Array("fact".utf8) + number(4, 4) + number(data / 65 * 320, 4)
            + Array("data".utf8) + number(data, 4)
    }

    /// Frames of 128 kbit/s at 44.1 kHz, 417 bytes and 26.122 ms each.
    package static func mp3(frames: Int) -> [UInt8] {
        let frame: [UInt8] = [0xff, 0xfb, 0x90, 0x00] + [UInt8](repeating: 0x55, count: 413)
        return Array(repeating: frame, count: frames).flatMap { $0 }
    }
}
