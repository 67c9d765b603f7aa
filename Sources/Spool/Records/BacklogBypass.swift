/// Where the records of calls begin that are sent ahead of a backlog.
///
/// A call whose records go ahead must have none in the backlog: it began after every call of the backlog did.
struct BacklogBypass {
    private(set) var firstSequence = 0
    private(set) var firstCall = Int.max

    /// The lane starts again when this many records have come since, so that it stays live.
    private static let length = 4000

    /// Makes sure that the lane is near the end of the queue.
    ///
    /// - Parameters:
    ///   - next: the number of the next record.
    ///   - latestStart: of all calls so far.
    mutating func keepUp(next: Int, latestStart: Int) {
        guard firstCall == .max || next - firstSequence > Self.length else { return }
        firstSequence = next
        firstCall = CallKey.first(after: latestStart)
    }

    /// All before this number was taken or belongs to others.
    mutating func advance(to sequence: Int) { firstSequence = max(firstSequence, sequence) }
}
