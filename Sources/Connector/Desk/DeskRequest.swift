/// What an operator can ask of the spool.
package enum DeskRequest: Sendable, Equatable {
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

    /// The most entries of a list that one answer has, and the most numbers in one request.
    package static let largestPage = 100
}
