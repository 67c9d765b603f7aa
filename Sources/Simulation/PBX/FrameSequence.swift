package import Basics

/// Event frames in wire format, one after the other in one buffer.
package struct FrameSequence: Sendable {
    /// The end of a frame, its kind, and its time on the simulated clock.
    package struct Frame: Sendable {
        /// The index after its last byte.
        package let end: Int
        package let kind: PBXFrameKind
        /// On the simulated clock.
        package let time: Timestamp
    }

    package private(set) var bytes: [UInt8] = []
    package private(set) var frames: [Frame] = []
    /// All classes that occur.
    package private(set) var classes: PBXEventClass = []

    package init() {}

    package var count: Int { frames.count }
    package var isEmpty: Bool { frames.isEmpty }

    /// The bytes of one frame, including the blank line.
    package subscript(index: Int) -> Bytes { bytes[start(of: index)..<frames[index].end] }

    /// The offset of the first byte of a frame.
    package func start(of index: Int) -> Int { index == 0 ? 0 : frames[index - 1].end }

    /// The time from the first frame to this one.
    package func offset(of index: Int) -> Duration {
        .microseconds(frames[index].time.microseconds - frames[0].time.microseconds)
    }

    /// Appends a frame that `body` writes, including the blank line.
    mutating func append(_ kind: PBXFrameKind, at time: Timestamp, _ body: (inout [UInt8]) -> Void) {
        body(&bytes)
        frames.append(Frame(end: bytes.count, kind: kind, time: time))
        classes.formUnion(kind.eventClass)
    }

    /// Appends a frame of another sequence.
    mutating func append(_ index: Int, of other: FrameSequence) {
        let frame = other.frames[index]
        append(frame.kind, at: frame.time) { $0.append(contentsOf: other[index]) }
    }

    /// This sequence with another one behind it.
    func followed(by other: FrameSequence) -> FrameSequence {
        guard !isEmpty else { return other }
        var both = self
        for index in other.frames.indices { both.append(index, of: other) }
        return both
    }
}
