/// The frames that wait for one client, in order; shared with all other clients, so that each costs a reference.
///
/// Above `replacingAbove` waiting frames, an older frame with the key of a new one is dropped: each says all about its
/// object. Above `frames` or `bytes` the client is too slow, and its connection should end.
///
/// A value that decides; the transport keeps it behind its lock.
package struct OutgoingQueue: Sendable {
    package struct Limits: Sendable {
        package var frames = 256
        package var bytes = 1 << 20
        package var replacingAbove = 64

        package init() {}
    }

    private let limits: Limits
    private var frames: [SharedFrame] = []
    /// The index of the first waiting frame.
    private var head = 0
    /// How much of the first frame was sent.
    private var offset = 0
    /// The bytes of all waiting frames, including what was sent of the first.
    private var total = 0

    package init(limits: Limits = Limits()) { self.limits = limits }

    /// The number of frames that are not sent completely.
    package var count: Int { frames.count - head }

    package var isEmpty: Bool { head == frames.count }

    /// The number of bytes that are not sent.
    package var bytes: Int { total - offset }

    /// Adds a frame.
    ///
    /// - Returns: false when too much waits; then the frame was not added.
    package mutating func append(_ frame: SharedFrame) -> Bool {
        if count >= limits.replacingAbove, let key = frame.key { drop(key) }
        guard count < limits.frames, total - offset + frame.count <= limits.bytes else { return false }
        appendAnyway(frame)
        return true
    }

    /// Adds a frame that must be sent whatever waits, such as the last one.
    package mutating func appendAnyway(_ frame: SharedFrame) {
        guard frame.count > 0 else { return }
        frames.append(frame)
        total += frame.count
    }

    /// Drops all frames except one that was sent in part.
    package mutating func dropUnsent() {
        let kept = offset > 0 ? frames[head] : nil
        frames = kept.map { [$0] } ?? []
        head = 0
        total = kept?.count ?? 0
    }

    /// The next frames, and how much of the first was sent already.
    func next(_ most: Int) -> (frames: ArraySlice<SharedFrame>, offset: Int) { (frames[head...].prefix(most), offset) }

    /// Notes that `count` more bytes were sent.
    mutating func advance(by count: Int) {
        var sent = offset + count
        while head < frames.count, sent >= frames[head].count {
            sent -= frames[head].count
            total -= frames[head].count
            head += 1
        }
        offset = head < frames.count ? sent : 0
        if head == frames.count {
            frames.removeAll(keepingCapacity: frames.capacity <= 8)
            head = 0
        } else if head > 64, head * 2 > frames.count {
            frames.removeFirst(head)
            head = 0
        }
    }

    /// Takes out the next frames, of which none was sent in part.
    package mutating func take(_ most: Int) -> [SharedFrame] {
        let taken = Array(frames[head...].prefix(most))
        advance(by: taken.reduce(0) { $0 + $1.count } - offset)
        return taken
    }

    private mutating func drop(_ key: String) {
        let first = offset > 0 ? head + 1 : head
        guard first < frames.count else { return }
        var kept = first
        for index in first..<frames.count {
            if frames[index].key == key {
                total -= frames[index].count
            } else {
                if kept != index { frames[kept] = frames[index] }
                kept += 1
            }
        }
        frames.removeLast(frames.count - kept)
    }
}
