package import Basics

/// Measures the length of an mp3 file by counting its frames, which may differ in size, while the file is read.
package struct MP3FrameCounter: Sendable {
    /// Remaining bytes of the current frame or tag, which are skipped.
    private var toSkip = 0
    /// The incomplete header of a frame or tag.
    private var header: [UInt8] = []
    private var microseconds = 0

    package init() {}

    /// The length of the frames so far.
    package var duration: Duration { .milliseconds(microseconds / 1000) }

    /// Takes the next bytes of the file, in pieces of any size.
    package mutating func append(_ bytes: Bytes) {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if toSkip > 0 {
                let count = min(toSkip, bytes.endIndex - index)
                toSkip -= count
                index += count
            } else {
                header.append(bytes[index])
                index += 1
                readHeader()
            }
        }
    }

    /// Reads a tag or a frame from `header`; without one, moves on by a byte.
    private mutating func readHeader() {
        while header.count >= 4 {
            if header.starts(with: "ID3".utf8) {
                guard header.count == 10 else { return }
                toSkip = header[6...].reduce(0) { $0 << 7 | Int($1 & 0x7f) }
                header = []
            } else if let frame = MP3Frame(header) {
                toSkip = frame.bytes - 4
                microseconds += frame.microseconds
                header = []
            } else {
                header.removeFirst()
            }
        }
    }
}
