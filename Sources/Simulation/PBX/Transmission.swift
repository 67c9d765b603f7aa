import Basics

/// Bytes to send to one socket, with the ends of the frames in them.
struct Transmission {
    /// How the bytes differ from the generated ones.
    struct Form {
        var lineFeedsOnly = false
        /// How many Cdr events must lose their blank line.
        var blankLinesToLose = 0

        var isPlain: Bool { !lineFeedsOnly && blankLinesToLose == 0 }
    }

    /// The most bytes of one `send()`: whole frames, and always at least one.
    private static let windowSize = 65536

    let bytes: [UInt8]
    private let ends: [Int]
    /// The index of each frame in the batch, -1 for an answer to an action; `nil` when the indices are the same.
    private let origins: [Int]?
    private let batch: FrameBatch?
    private let mask: PBXEventClass

    /// The first byte that is not sent.
    private(set) var position = 0
    /// The first frame that is not sent completely.
    private(set) var frame = 0

    /// An answer to an action.
    init(answer: [UInt8], _ form: Form) {
        bytes = form.lineFeedsOnly ? PBXMisprint.lineFeedsOnly(answer[...]) : answer
        ends = [bytes.count]
        origins = [-1]
        batch = nil
        mask = []
    }

    /// The part of `batch` for a session with `mask`, after a held answer (or nothing).
    ///
    /// Copies nothing when the session gets the whole batch unchanged.
    init(_ batch: FrameBatch, mask: PBXEventClass, behind answer: [UInt8], _ form: inout Form) {
        self.batch = batch
        self.mask = mask
        let source = batch.frames
        guard !source.classes.isSubset(of: mask) || !form.isPlain || !answer.isEmpty else {
            bytes = source.bytes
            ends = source.frames.map(\.end)
            origins = nil
            return
        }
        var (bytes, ends, origins): ([UInt8], [Int], [Int]) = ([], [], [])
        if !answer.isEmpty {
            bytes = answer
            ends.append(bytes.count)
            origins.append(-1)
        }
        for (index, frame) in source.frames.enumerated() where mask.contains(frame.kind.eventClass) {
            var text = source[index]
            if frame.kind == .cdr, form.blankLinesToLose > 0 {
                form.blankLinesToLose -= 1
                text = PBXMisprint.overflowed(text)[...]
            }
            bytes += form.lineFeedsOnly ? PBXMisprint.lineFeedsOnly(text)[...] : text
            ends.append(bytes.count)
            origins.append(index)
        }
        self.bytes = bytes
        self.ends = ends
        self.origins = origins
    }

    var isFinished: Bool { position == bytes.count }

    /// The next frames for one `send()`, and where they end.
    var window: (frames: Range<Int>, end: Int) {
        var last = frame
        while last + 1 < ends.count, ends[last + 1] - position <= Self.windowSize { last += 1 }
        return frame < ends.count ? (frame..<last + 1, ends[last]) : (frame..<frame, position)
    }

    /// The byte in the middle of a frame.
    func middle(of frame: Int) -> Int {
        let start = frame == 0 ? 0 : ends[frame - 1]
        return (start + ends[frame]) / 2
    }

    /// Records that bytes were sent.
    mutating func advance(by count: Int) {
        position += count
        while frame < ends.count, ends[frame] <= position { frame += 1 }
    }

    /// How much of the batch was sent, and the number of frames of each kind.
    var delivery: (batch: FrameBatch, delivery: FrameBatch.Delivery, sent: PBXStatistics.Counts)? {
        guard let batch else { return nil }
        var sent = PBXStatistics.Counts()
        for index in 0..<frame where origin(of: index) >= 0 { sent[batch.frames.frames[origin(of: index)].kind] += 1 }
        guard frame < ends.count else {
            return (batch, FrameBatch.Delivery(mask: mask, written: batch.frames.count), sent)
        }
        var delivery = FrameBatch.Delivery(mask: mask, written: max(0, origin(of: frame)))
        if position > (frame == 0 ? 0 : ends[frame - 1]), origin(of: frame) >= 0 { delivery.cut = origin(of: frame) }
        return (batch, delivery, sent)
    }

    private func origin(of frame: Int) -> Int { origins?[frame] ?? frame }
}
