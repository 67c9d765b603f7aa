package import Basics

/// Event frames as they go over the wire, one behind the other in one buffer.
package struct FrameSequence: Sendable {
    /// Where a frame ends, what it is, and when it happened on the simulated clock.
    package struct Frame: Sendable {
        package let end: Int
        package let kind: PBXFrameKind
        package let time: Timestamp
    }

    package private(set) var bytes: [UInt8] = []
    package private(set) var frames: [Frame] = []
    /// Every class that occurs.
    package private(set) var classes: PBXEventClass = []

    package init() {}

    package var count: Int { frames.count }
    package var isEmpty: Bool { frames.isEmpty }

    /// The bytes of one frame, blank line included.
    package subscript(index: Int) -> Bytes { bytes[start(of: index)..<frames[index].end] }

    package func start(of index: Int) -> Int { index == 0 ? 0 : frames[index - 1].end }

    /// How long after the first frame this one happened.
    package func offset(of index: Int) -> Duration {
        .microseconds(frames[index].time.microseconds - frames[0].time.microseconds)
    }

    /// Adds a frame that `body` writes, blank line included.
    mutating func append(_ kind: PBXFrameKind, at time: Timestamp, _ body: (inout [UInt8]) -> Void) {
        body(&bytes)
        frames.append(Frame(end: bytes.count, kind: kind, time: time))
        classes.formUnion(kind.eventClass)
    }

    /// Adds a frame of another sequence.
    mutating func append(_ index: Int, of other: FrameSequence) {
        let frame = other.frames[index]
        append(frame.kind, at: frame.time) { $0.append(contentsOf: other[index]) }
    }
}
