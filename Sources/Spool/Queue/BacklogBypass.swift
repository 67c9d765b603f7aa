/// The start of the records of calls that are sent ahead of a backlog.
///
/// A call whose records are sent ahead must have none in the backlog: it began after every call of the backlog.
struct BacklogBypass {
    private(set) var firstSequence = 0
    private(set) var firstCall = Int.max

    /// The lane starts again at the end of the queue after this many new records, so that it stays live.
    private static let length = 4000

    /// Moves the lane to the end of the queue when it is too far behind.
    ///
    /// - Parameters:
    ///   - next: the number of the next record.
    ///   - latestStart: the latest start of a call so far, in seconds since 1970.
    mutating func keepUp(next: Int, latestStart: Int) {
        guard firstCall == .max || next - firstSequence > Self.length else { return }
        firstSequence = next
        firstCall = CallKey.first(after: latestStart)
    }

    /// Moves the start: all records before this number were taken or are not for this lane.
    mutating func advance(to sequence: Int) { firstSequence = max(firstSequence, sequence) }
}
