package import Basics
package import Spool

/// What an operator can ask of the spool.
package enum AdminRequest: Sendable, Equatable {
    case spoolStatus
    /// Dead letters with numbers above `after`, without their bodies.
    case deadLetters(after: Int, limit: Int)
    /// One dead letter, with its body.
    case deadLetter(Int)
    /// The body of a dead letter alone, byte for byte.
    case deadLetterBody(Int)
    case retry([Int])
    case drop([Int])
    /// Gaps with numbers above `after`.
    case gaps(after: Int, limit: Int)
    case latestGaps(Int)
    /// Recordings in one state with numbers above `after`.
    case recordings(RecordingState, after: Int, limit: Int)
    /// How many recordings are in each state, and what became of all there were.
    case recordingTotals
    /// What is known of files that look like this.
    case knownRecordings([FileStamp])
    /// Lets recordings that were given up wait for their upload again.
    case retryRecordings([Int])

    /// The most entries of a list that one answer has, and the most numbers or looks in one request.
    package static let largestPage = 100
}
