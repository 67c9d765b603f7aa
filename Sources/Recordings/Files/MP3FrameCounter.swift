package import Basics

/// Measures an mp3 file by its frames, which may differ in size, while its bytes pass by.
package struct MP3FrameCounter: Sendable {
    /// Bytes of a frame or tag that are still to come and do not matter.
    private var toSkip = 0
    /// The first bytes of a frame or tag, fewer than its header has.
    private var header: [UInt8] = []
    private var microseconds = 0

    package init() {}

    /// How long the frames so far last.
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

    /// Looks whether a tag or a frame begins with what is in `header`, and searches on when neither does.
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
