/// The four-byte header of an mp3 frame (MPEG 1, 2 and 2.5, layer III).
struct MP3Frame {
    /// The size of the frame, header included.
    let bytes: Int
    let microseconds: Int

    private static let kilobits1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    private static let kilobits2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
    private static let rates = [44100, 48000, 32000]

    /// `nil` when the bytes are not the header of a frame.
    init?(_ header: [UInt8]) {
        guard header.count == 4, header[0] == 0xff, header[1] & 0xe0 == 0xe0 else { return nil }
        let (version, layer) = (Int(header[1] >> 3 & 3), header[1] >> 1 & 3)
        let (bitrate, rate) = (Int(header[2] >> 4), Int(header[2] >> 2 & 3))
        guard version != 1, layer == 1, bitrate != 0, bitrate != 15, rate != 3 else { return nil }
        let isVersion1 = version == 3
        let samplesPerSecond = Self.rates[rate] / (isVersion1 ? 1 : version == 2 ? 2 : 4)
        let samples = isVersion1 ? 1152 : 576
        let bits = (isVersion1 ? Self.kilobits1 : Self.kilobits2)[bitrate] * 1000
        bytes = samples / 8 * bits / samplesPerSecond + Int(header[2] >> 1 & 1)
        microseconds = samples * 1_000_000 / samplesPerSecond
    }
}
