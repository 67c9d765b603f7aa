package import Basics

/// What a Cdr event tells of its times.
package struct CDRClues: Sendable {
    /// Seconds of local time since 1970, as if it were UTC.
    package var start: Int?
    package var answer: Int?
    package var end: Int?
    /// The mapped epochs.
    package var startEpoch: Timestamp?
    package var answerEpoch: Timestamp?
    package var endEpoch: Timestamp?
    /// Whether an epoch of the answer is mapped; for a call without an answer it is zero.
    package var tellsAnswer = false
    /// Seconds from the start to the end, and from the answer to the end.
    package var duration: Int?
    package var billableSeconds: Int?
    /// The second in the UniqueID.
    package var begin: Int?
    /// The header Timestamp: when the event was written.
    package var written: Timestamp?

    package init() {}

    /// Whether the epochs tell all there is.
    var isComplete: Bool { startEpoch != nil && endEpoch != nil && (answerEpoch != nil || tellsAnswer) }

    /// By how much the offset at the end is above that at the start: the clocks were changed during the call.
    var changeToEnd: Int { Self.change(from: start, to: end, in: duration) }

    /// The same from the answer to the end.
    var changeFromAnswer: Int { Self.change(from: answer, to: end, in: billableSeconds) }

    private static func change(from start: Int?, to end: Int?, in duration: Int?) -> Int {
        guard let start, let end, let duration else { return 0 }
        let change = PBXOffset.nearest(end - start - duration)
        return PBXOffset.range.contains(change) ? change : 0
    }

    /// The offset at the start, from an epoch beside a local time.
    var certainOffset: Int? {
        if let start, let startEpoch { return PBXOffset.nearest(start - startEpoch.seconds) }
        if let end, let endEpoch { return PBXOffset.nearest(end - endEpoch.seconds) - changeToEnd }
        guard let answer, let answerEpoch else { return nil }
        return PBXOffset.nearest(answer - answerEpoch.seconds) + changeFromAnswer - changeToEnd
    }
}
