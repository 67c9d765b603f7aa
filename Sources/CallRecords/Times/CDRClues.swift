package import Basics

/// Information about times in a Cdr event.
package struct CDRClues: Sendable {
    /// Local time in seconds since 1970, as if it were UTC; `answer` and `end` too.
    package var start: Int?
    package var answer: Int?
    package var end: Int?
    /// The epochs, if they are mapped.
    package var startEpoch: Timestamp?
    package var answerEpoch: Timestamp?
    package var endEpoch: Timestamp?
    /// Whether the epoch of the answer is mapped; it is zero for an unanswered call.
    package var tellsAnswer = false
    /// Seconds from the start to the end; `billableSeconds` from the answer to the end.
    package var duration: Int?
    package var billableSeconds: Int?
    /// The second in the UniqueID.
    package var begin: Int?
    /// The header Timestamp: when the event was written.
    package var written: Timestamp?

    package init() {}

    /// Whether the epochs give all times.
    var isComplete: Bool { startEpoch != nil && endEpoch != nil && (answerEpoch != nil || tellsAnswer) }

    /// The offset at the end minus the offset at the start, in seconds; not 0 when the clocks changed during the call.
    var changeToEnd: Int { Self.change(from: start, to: end, in: duration) }

    /// The same from the answer to the end.
    var changeFromAnswer: Int { Self.change(from: answer, to: end, in: billableSeconds) }

    private static func change(from start: Int?, to end: Int?, in duration: Int?) -> Int {
        guard let start, let end, let duration else { return 0 }
        let change = PBXOffset.nearest(end - start - duration)
        return PBXOffset.range.contains(change) ? change : 0
    }

    /// The offset at the start, computed from an epoch and a local time.
    var certainOffset: Int? {
        if let start, let startEpoch { return PBXOffset.nearest(start - startEpoch.seconds) }
        if let end, let endEpoch { return PBXOffset.nearest(end - endEpoch.seconds) - changeToEnd }
        guard let answer, let answerEpoch else { return nil }
        return PBXOffset.nearest(answer - answerEpoch.seconds) + changeFromAnswer - changeToEnd
    }
}
