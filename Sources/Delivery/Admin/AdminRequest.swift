package import Basics
package import Spool

/// A request of an operator about the spool.
package enum AdminRequest: Sendable, Equatable {
    case spoolStatus
    /// Dead letters with numbers above `after`, without their bodies.
    case deadLetters(after: Int, limit: Int)
    /// One dead letter, with its body.
    case deadLetter(Int)
    /// The body of a dead letter alone, byte for byte.
    case deadLetterBody(Int)
    /// Queues dead letters for delivery again.
    case retry([Int])
    /// Deletes dead letters.
    case drop([Int])
    /// Gaps with numbers above `after`.
    case gaps(after: Int, limit: Int)
    /// The latest gaps, at most this many.
    case latestGaps(Int)
    /// Recordings in one state with numbers above `after`.
    case recordings(RecordingState, after: Int, limit: Int)
    /// The number of recordings in each state, and the totals of all.
    case recordingTotals
    /// The recordings of files with these stamps.
    case knownRecordings([FileStamp])
    /// Queues parked recordings for their upload again.
    case retryRecordings([Int])

    /// The most entries in one answer, and the most numbers or stamps in one request.
    package static let largestPage = 100
}
