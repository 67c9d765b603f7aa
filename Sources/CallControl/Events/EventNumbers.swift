import Basics

/// The ids of events: rising, below 2^53, never given twice.
///
/// They begin at the time in milliseconds × 1000, or above the highest number reserved by an earlier run, so that they
/// never run back, not even when the clock does. A block is reserved on the disk before its numbers are given.
struct EventNumbers: Sendable {
    /// The numbers reserved at a time.
    static let block = 1_000_000

    /// The last number given, or the one before the first.
    private(set) var last: Int
    /// The highest number that is reserved.
    private(set) var reserved: Int

    /// - Parameter reserved: the highest number that an earlier run has reserved; 0 for none.
    init(reserved: Int, at now: Timestamp) {
        last = max(Int(clamping: now.microseconds), reserved, 0)
        self.reserved = reserved
    }

    /// Whether the next block is to be reserved: less than half of the last one is left.
    var needsBlock: Bool { reserved - last < Self.block / 2 }

    /// The highest number of the block to reserve next.
    var nextReserve: Int { last + Self.block }

    mutating func didReserve(upTo number: Int) { reserved = max(reserved, number) }

    /// The next numbers are above this one, when they were not.
    mutating func raise(above number: Int) { last = max(last, number) }

    mutating func next() -> Int {
        last += 1
        return last
    }
}
